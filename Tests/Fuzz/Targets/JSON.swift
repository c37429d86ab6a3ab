@testable import APIKeys
import Foundation

extension Target {
    /// JSON, by every way into a `JSONValue` and out of it, against Foundation's readers.
    static let json = Target(name: "json") { bytes in
        let body = Data(bytes)
        let node = JSONNode.reading(body)
        let value = try? JSON.value(JSONValue.self, from: body)
        let lenient = JSONNode.readingLeniently(body)
        if let node { expect(lenient?.node == node && lenient?.isWhole == true, "the lenient reader reads otherwise") }
        _ = try? lenient?.node.value(isLenient: true).description
        if let large = enlarged(bytes) {
            _ = JSONNode.reading(Data(large))
            _ = JSONNode.readingLeniently(Data(large))
        }
        compareToFoundation(bytes, node)
        guard let value else { return }
        let member = try? JSON.value(
            [String: JSONValue].self, from: Data(#"{"m":"#.utf8) + plain(body) + Data("}".utf8))
        if bytes.first != 0, bytes.dropFirst().first != 0, let member {
            expect(member["m"] == value, "a member reads otherwise")
        }
        let written = try? JSON.body(value)
        let foundations = try? JSONEncoder().encode(value)
        guard let written, let foundations else { fail("\(value) is not written") }
        for text in [written, foundations] {
            expect((try? JSON.value(JSONValue.self, from: text)) == value, "\(value) does not come back")
            let isDeep = text.filter { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }.count > 100
            if !isDeep {
                let decoded = try? JSONDecoder().decode(JSONValue.self, from: text)
                expect(decoded == value, "\(value) comes back from Foundation as \(decoded as Any)")
            }
        }
        expect(!value.description.unicodeScalars.contains { $0.value < 0x20 }, "a control character is printed")
    }

    /// Without the byte order mark, which may stand at the beginning alone.
    private static func plain(_ body: Data) -> Data {
        body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body
    }

    private static func compareToFoundation(_ bytes: [UInt8], _ node: JSONNode?) {
        // Foundation ends the process at some bodies that are too deep, and reads more encodings.
        let depth = bytes.filter { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }.count
        guard depth < 400, !bytes.contains(0), !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF])
        else { return }
        // What is neither an array nor an object, it reads by rules of its own.
        let first = plain(Data(bytes)).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return }
        let object = try? JSONSerialization.jsonObject(with: Data(bytes))
        guard let node else {
            return expect(
                object == nil, "Foundation reads \(String(decoding: bytes, as: UTF8.self)) as \(object as Any)")
        }
        guard let object else {
            // What it refuses: halves of surrogate pairs, what is not UTF-8, numbers that are too large.
            return expect(isOdd(node), "Foundation does not read \(String(decoding: bytes, as: UTF8.self))")
        }
        expect(isSame(node, object), "Foundation reads \(String(decoding: bytes, as: UTF8.self)) as \(object)")
    }

    private static func isOdd(_ node: JSONNode) -> Bool {
        switch node {
        case .null, .bool: false
        case .number(let literal): Double(literal)?.isFinite != true || Double(literal) == 0
        case .string(let text, let isExact): !isExact || isRepaired(text)
        case .array(let elements): elements.contains(where: isOdd)
        case .object(let members): members.contains { isRepaired($0.name) || isOdd($0.value) }
        }
    }

    /// Whether a text may have been none, or holds the mark that Foundation leaves out. By scalars: with a mark behind
    /// it, U+FFFD is another character to Swift.
    private static func isRepaired(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0 == "\u{FFFD}" || $0 == "\u{FEFF}" }
    }

    /// The text without the mark that Foundation leaves out wherever it stands.
    private static func unmarked(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{FEFF}" }))
    }

    private static func isSame(_ node: JSONNode, _ object: Any) -> Bool {
        switch node {
        case .null: return object is NSNull
        case .bool(let value): return object as? Bool == value
        case .number(let literal):
            guard let number = object as? NSNumber, let double = Double(literal) else { return false }
            // Foundation rounds twice where a number has more than 38 digits.
            return abs(number.doubleValue - double) <= abs(double) * 1e-12 || !double.isFinite
        case .string(let text, let isExact):
            return !isExact
                || (object as? String).map { unmarked($0).utf8.elementsEqual(unmarked(text).utf8) } == true
        case .array(let elements):
            guard let objects = object as? [Any], objects.count == elements.count else { return false }
            return zip(elements, objects).allSatisfy { isSame($0, $1) }
        case .object(let members):
            guard let objects = object as? [String: Any] else { return false }
            // Of two of one name Foundation takes another, and `String` takes two forms of a letter for one.
            let counts = Dictionary(members.map { (unmarked($0.name), 1) }, uniquingKeysWith: +)
            return (objects.count == counts.count || members.contains { isRepaired($0.name) })
                && members.allSatisfy { member in
                    counts[unmarked(member.name)] != 1 || isRepaired(member.name)
                        || objects[member.name].map { isSame(member.value, $0) } == true
                }
        }
    }
}
