import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct KeyMarkerTests {
    @Test(arguments: ["", "abc", "abcdefghijklmnop0", "ABCD", "ab-d", "äbcd", "ab c", "abcd\n", "#abcd"])
    func refuses(_ text: String) {
        #expect(KeyMarker(text) == nil)
    }

    @Test(arguments: ["abcd", "0000", "abcdefghijklmnop", "k7f3q9d2"])
    func takes(_ text: String) throws {
        let marker = try #require(KeyMarker(text))
        #expect("\(marker)" == text)
        let data = try JSONEncoder().encode([marker])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([KeyMarker].self, from: data) == [marker])
    }

    @Test func refusesToDecodeAnotherText() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([KeyMarker].self, from: Data("[\"K7\"]".utf8))
        }
    }

    @Test func randomOnesHave8CharactersAndDiffer() {
        let markers = (0..<1000).map { _ in KeyMarker.random() }
        #expect(Set(markers).count == 1000)
        #expect(markers.allSatisfy { $0.description.utf8.count == 8 && KeyMarker($0.description) == $0 })
    }

    @Test func labels() throws {
        let marker = try #require(KeyMarker("k7f3q9d2"))
        #expect(marker.label("ci") == "ci #k7f3q9d2")
        #expect(marker.label("ci", 2) == "ci #k7f3q9d2.2")
        #expect(marker.label("") == "#k7f3q9d2")
        for (text, ordinal) in [("ci", 1), ("ci", 3), ("", 2), ("a #b", 1), ("ci #k7f3q9d2.2", 1)] {
            let label = marker.label(text, ordinal)
            let parsed = try #require(MarkedLabel(label))
            #expect(parsed.marker == marker)
            #expect(parsed.ordinal == ordinal)
            #expect(parsed.base == text)
            #expect(KeyMarker(inLabel: label) == marker)
            let listed = ListedKey(id: "k1", label: label)
            #expect(listed.marker == marker)
            #expect(listed.baseLabel == text)
        }
    }

    @Test(arguments: [
        "ci", "ci k7f3q9d2", "ci #k7f3q9d2x9k7f3q9d2", "ci#k7f3q9d2", "ci #k7f3q9d2 ", "ci #k7f3q9d2 old",
        "ci #k7f3q9d2.",
        "ci #k7f3q9d2.1", "ci #k7f3q9d2.0", "ci #k7f3q9d2.02", "ci #k7f3q9d2.x", "ci #k7f3q9d2.2.2", "ci #K7F3Q9D2",
        "#",
        "ci #k7f3q9d2.99999999999999999999",
    ])
    func otherLabelsHaveNoMarker(_ label: String) {
        #expect(KeyMarker(inLabel: label) == nil)
        #expect(ListedKey(id: "k1", label: label).marker == nil)
        #expect(ListedKey(id: "k1", label: label).baseLabel == label)
    }

    @Test func aMarkerThatBeginsTheSameIsAnother() throws {
        let marker = try #require(KeyMarker("k7f3"))
        #expect(KeyMarker(inLabel: "ci #k7f3q9d2") != marker)
        #expect(KeyMarker(inLabel: "ci #k7f3.2") == marker)
    }
}
