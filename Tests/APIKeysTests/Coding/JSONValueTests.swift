import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct JSONValueTests {
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

    /// Each of these took seconds to minutes, with errors thrown per value.
    @Test(arguments: ["\"ab\"", "[]", "1", "true", "{\"a\":1}"])
    func aLargeBodyIsReadInLinearTime(_ element: String) throws {
        let elements = Array(repeating: element, count: 250_000 / (element.utf8.count + 1)).joined(separator: ",")
        let body = Data(
            "{\"a\":\(String(repeating: "[", count: 120))\(elements)\(String(repeating: "]", count: 120))}".utf8)
        let start = ContinuousClock.now
        let value = try JSON.value([String: JSONValue].self, from: body)
        #expect(try JSON.value(JSONValue.self, from: body)["a"] == value["a"])
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test func bothReadersReadTheSame() throws {
        let text =
            #"{"a":[null,true,false,0,1,-1,1.0,1.5,1e2,-0.0,9223372036854775807,18446744073709551615,"x",{"b":[]}]}"#
        let pad = String(repeating: " ", count: 5000)
        let decoded = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(try JSON.value(JSONValue.self, from: Data(text.utf8)) == decoded)
        #expect(try JSON.value(JSONValue.self, from: Data((text + pad).utf8)) == decoded)
        #expect(try JSON.value(JSONValue.self, from: Data(text.utf8)) == decoded)
    }

    @Test(arguments: [130, 400, 2000, 100_000])
    func aDepthBeyondTheLimitIsATypedError(_ depth: Int) {
        let body = Data((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        #expect(throws: DecodingError.self) { try JSON.value(JSONValue.self, from: body) }
        #expect(throws: DecodingError.self) { try JSON.value(JSONValue.self, from: body) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSONValue.self, from: body) }
    }
}
