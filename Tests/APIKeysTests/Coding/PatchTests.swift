import APIKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct PatchTests {
    private struct Body: Encodable {
        var label: Patch<String> = .unchanged
        var numbers: Patch<[Int]> = .unchanged

        enum CodingKeys: String, CodingKey {
            case label, numbers
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodePatch(label, forKey: .label)
            try container.encodePatch(numbers, forKey: .numbers)
        }
    }

    private func text(_ body: Body) throws -> String {
        String(decoding: try JSON.body(body), as: UTF8.self)
    }

    @Test func unchangedIsLeftOutAndNullIsNull() throws {
        #expect(try text(Body()) == "{}")
        #expect(try text(Body(label: .null)) == #"{"label":null}"#)
        #expect(try text(Body(label: .value("a"), numbers: .value([]))) == #"{"label":"a","numbers":[]}"#)
    }

    @Test func literalsSetTheValue() {
        let number = 2
        #expect(Patch<String>.value("a") == "a")
        #expect(Patch<String>.value("a2") == "a\(number)")
        #expect(Patch<[Int]>.value([1, 2]) == [1, 2])
        #expect(Set<Patch<String>>(["a", .null, .null, .unchanged]).count == 3)
    }
}
