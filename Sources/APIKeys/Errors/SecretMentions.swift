package import Foundation

/// What stands under the name of a new secret anywhere in a body, however it is written: as a member at any depth, in
/// JSON inside a text, in a form, as a program prints an object, or in markup. It is taken out of every text of an
/// error.
package struct SecretMentions {
    /// Shorter texts are not secrets, and taking them out would leave nothing of a message.
    private static let shortest = 4
    /// From here on, a text behind a colon that nothing quotes may be a secret, if it holds a digit or an underscore.
    private static let shortestUnquoted = 8

    /// How many bytes of secrets are looked for: no new key is as long, and a hostile body could name millions.
    private static let maximumSize = 64 * 1024
    /// How much of a body is read with its escapes undone; what a server has to say of an error is shorter.
    private static let maximumDecodedSize = 256 * 1024

    private let name: [UInt8]
    private var values: Set<String> = []
    private var size = 0

    /// What stands under a name, of which neither case nor underscores count: `api_key` is `apiKey` too.
    package static func secrets(named name: String, in body: Data) -> [Secret] {
        var mentions = SecretMentions(name: folded(Array(name.utf8)[...]))
        if let node = JSONNode.readingLeniently(body)?.node { mentions.add(in: node, isSecret: false) }
        mentions.add(in: Array(body))
        body.prefix(maximumDecodedSize).withUnsafeBytes { bytes in
            for layer in DecodedText.layers(of: bytes.bindMemory(to: UInt8.self), separately: false).dropFirst() {
                mentions.add(in: layer.units.map(\.byte))
            }
        }
        return mentions.values.map { Secret($0) }
    }

    private static func folded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    private mutating func add(_ text: String) {
        let isNone = ["null", "None", "true", "false", "undefined"].contains(text)
        guard text.utf8.count >= Self.shortest, !isNone, size < Self.maximumSize else { return }
        let text = String(text.prefix(Self.maximumSize))
        if values.insert(text).inserted { size += text.utf8.count }
    }

    // MARK: Members

    private mutating func add(in node: JSONNode, isSecret: Bool) {
        switch node {
        case .string(let text, _): if isSecret { add(text) }
        case .number(let literal): if isSecret { add(literal) }
        case .array(let elements): for element in elements { add(in: element, isSecret: isSecret) }
        case .object(let members):
            for member in members {
                add(in: member.value, isSecret: isSecret || Self.folded(Array(member.name.utf8)[...]) == name)
            }
        case .null, .bool: break
        }
    }

    // MARK: Text

    private mutating func add(in text: [UInt8]) {
        var place = 0
        while place < text.count {
            let start = place
            while place < text.count, Self.isPartOfName(text[place]) { place += 1 }
            if place == start {
                place += 1
            } else if place - start <= name.count * 2, Self.folded(text[start..<place]) == name {
                place = max(place, addValue(behind: start..<place, in: text))
            }
        }
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isQuote(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    /// Adds what stands behind a name and a separator: `"token": "…"`, `token=…`, `<token>…<`.
    ///
    /// - Returns: Where the value ends, to go on there: a value is looked through once, however often a name stands in
    ///   it.
    private mutating func addValue(behind name: Range<Int>, in text: [UInt8]) -> Int {
        func byte(_ place: Int) -> UInt8? { text.indices.contains(place) ? text[place] : nil }
        func skip(from place: Int, _ isSkipped: (UInt8) -> Bool) -> Int {
            text[place...].firstIndex { !isSkipped($0) } ?? text.count
        }
        func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        func isBackslash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\\") }

        if byte(name.upperBound) == UInt8(ascii: ">"), byte(name.lowerBound - 1) == UInt8(ascii: "<") {
            let start = name.upperBound + 1
            let end = skip(from: start) { $0 != UInt8(ascii: "<") }
            add(text[start..<end])
            return end
        }
        var place = skip(from: name.upperBound, isBackslash)
        let isNameQuoted = Self.isQuote(byte(place))
        place = skip(from: isNameQuoted ? place + 1 : place, isSpace)
        let separator = byte(place)
        guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "=") else { return place }
        place = skip(from: place + 1) { isSpace($0) || $0 == UInt8(ascii: ">") }
        let quote = skip(from: place, isBackslash)
        if let mark = byte(quote), Self.isQuote(mark) {
            let start = quote + 1
            var end = start
            while let byte = byte(end), byte != mark { end += isBackslash(byte) && quote == place ? 2 : 1 }
            end = min(end, text.count)
            if quote > place { while end > start, isBackslash(text[end - 1]) { end -= 1 } }
            add(text[start..<end])
            return end
        }
        let isValue = isNameQuoted || separator == UInt8(ascii: "=")
        let end = skip(from: place) { !isSpace($0) && !#",;&"'<>()[]{}"#.utf8.contains($0) }
        // Behind a colon that nothing quotes, it may be a word of a sentence.
        if isValue || Self.looksLikeSecret(text[place..<end]) { add(text[place..<end]) }
        return end
    }

    private static func looksLikeSecret(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= shortestUnquoted
            && bytes.contains { $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        add(String(decoding: bytes, as: UTF8.self))
        guard bytes.contains(UInt8(ascii: "\\")) else { return }
        let quoted = Data([UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
        if case .string(let text, _)? = JSONNode.readingLeniently(quoted)?.node { add(text) }
    }
}
