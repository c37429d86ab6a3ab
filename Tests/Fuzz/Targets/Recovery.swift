@testable import APIKeys
import Foundation

extension Target {
    /// The recovery of a secret from a body, whole or cut, against what a reader of JSON says of it.
    static let recovery = Target(name: "recovery") { bytes in
        let found = recovered(bytes[...])
        if let large = enlarged(bytes) { _ = recovered(large[...]) }
        if let found {
            expect(stands(found, in: bytes), "\(found) is no member of \(String(decoding: bytes, as: UTF8.self))")
        }
        // A text in UTF-16 is looked through as bytes: nothing is found in it.
        guard !bytes.prefix(2).contains(0), !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]),
            let node = JSONNode.reading(Data(bytes))
        else { return }
        var members: [(depth: Int, text: String, isExact: Bool)] = []
        collect(node, depth: 0, &members)
        let least = members.map(\.depth).min()
        let candidates = members.filter { $0.depth == least }
        let first = candidates.first
        let isOne = candidates.allSatisfy { $0.isExact && Array($0.text.utf8) == Array(first?.text.utf8 ?? "".utf8) }
        let expected = first.flatMap { isOne && !$0.text.isEmpty ? $0.text : nil }
        expect(found == expected, "found \(found as Any), and not \(expected as Any)")
        compareToFoundation(bytes, found)
        // Wherever the body is cut, what is found is a member of the whole.
        let step = max(bytes.count / 64, 1)
        for end in stride(from: 0, to: bytes.count, by: step) {
            guard let part = recovered(bytes[..<end]) else { continue }
            expect(members.contains { $0.isExact && $0.text == part }, "found \(part) in \(end) bytes")
        }
    }

    private static func recovered(_ bytes: ArraySlice<UInt8>) -> String? {
        SecretRecovery.secret(named: "token", in: Data(bytes))?.reveal()
    }

    private static func collect(
        _ node: JSONNode, depth: Int, _ members: inout [(depth: Int, text: String, isExact: Bool)]
    ) {
        switch node {
        case .array(let elements): for element in elements { collect(element, depth: depth + 1, &members) }
        case .object(let list):
            for member in list {
                if member.name.utf8.elementsEqual("token".utf8), case .string(let text, let isExact) = member.value {
                    members.append((depth + 1, text, isExact))
                }
                collect(member.value, depth: depth + 1, &members)
            }
        default: break
        }
    }

    /// An object with one such member, as Foundation reads it.
    private static func compareToFoundation(_ bytes: [UInt8], _ found: String?) {
        guard !bytes.contains(UInt8(ascii: "[")), bytes.filter({ $0 == UInt8(ascii: "{") }).count == 1,
            let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let text = object["token"] as? String, !text.isEmpty,
            // Foundation leaves the byte order mark out, wherever it stands, or does not.
            !text.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0 == "\u{FEFF}" }),
            found?.unicodeScalars.contains("\u{FEFF}") != true
        else { return }
        // Two of them may be none.
        expect(found == nil || found == text, "found \(found as Any), and Foundation \(text)")
        let escapes = bytes.contains(UInt8(ascii: "\\"))
        let count = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\"token\"").count - 1
        expect(found == text || escapes || count != 1, "did not find \(text)")
    }

    /// Whether the text stands in quotes behind the name in quotes and a colon.
    private static func stands(_ text: String, in bytes: [UInt8]) -> Bool {
        let quotes = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\"") }
        func read(_ start: Int, _ end: Int) -> String? {
            if case .string(let text, true)? = JSONNode.reading(Data(bytes[start...end])) { text } else { nil }
        }
        for (index, end) in quotes.enumerated() {
            for start in quotes[..<index].reversed() where read(start, end) == text {
                let space: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
                let before = bytes[..<start].reversed().drop { space.contains($0) }
                guard before.first == UInt8(ascii: ":") else { continue }
                let nameEnd = before.dropFirst().drop { space.contains($0) }.startIndex.base - 1
                guard nameEnd >= 0, bytes[nameEnd] == UInt8(ascii: "\"") else { continue }
                if quotes.contains(where: { $0 < nameEnd && read($0, nameEnd) == "token" }) { return true }
            }
        }
        return false
    }
}
