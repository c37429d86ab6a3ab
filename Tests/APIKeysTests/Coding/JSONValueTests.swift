import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct JSONValueTests {
    @Test func keepsEveryKindOfValue() throws {
        let text = #"{"array":[1,-2.5,"x",null,true,[]],"big":9223372036854775807,"object":{"a":{"b":"c"}},"zero":0}"#
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let expected: JSONValue = .object([
            "array": .array([.integer(1), .number(-2.5), .string("x"), .null, .bool(true), .array([])]),
            "big": .integer(.max), "object": .object(["a": .object(["b": .string("c")])]), "zero": .integer(0),
        ])
        #expect(value == expected)
        #expect(value["object"]?["a"]?["b"]?.string == "c")
        #expect(value["array"]?["a"] == nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == text)
    }

    @Test func readsNumbersThatNoIntegerHolds() throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data("[18446744073709551616,1e3,1.0]".utf8))
        #expect(value == .array([.number(18_446_744_073_709_551_616), .integer(1000), .integer(1)]))
    }

    @Test(arguments: [100, 130, 500, 100_000])
    func deepInputNeverExhaustsTheStack(_ depth: Int) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect((value != nil) == (depth <= 128))
    }
}
