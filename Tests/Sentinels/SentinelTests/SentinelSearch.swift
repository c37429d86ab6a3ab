import Foundation

/// Looks for sentinels in texts: whole and in halves, in either case, in Base64, percent-encoded, and with marks
/// between their characters or behind them. It has no line in common with the `Redactor`.
struct SentinelSearch {
    private struct Pattern {
        let bytes: [UInt8]
        let name: String
    }

    private static let length = 8

    /// By their first 8 bytes, as a number.
    private var patterns: [UInt64: [Pattern]] = [:]
    /// A bit for each of them: nearly every place of a text is none.
    private var filter = [Bool](repeating: false, count: 1 << 16)

    init(_ sentinels: some Sequence<Sentinel>) {
        for sentinel in sentinels {
            add(sentinel.text, "\(sentinel.name), whole")
            for half in sentinel.halves { add(half, "\(sentinel.name), half") }
            for part in [sentinel.text] + sentinel.halves {
                for (shift, encoded) in Sentinel.base64(of: part).enumerated() {
                    // The characters at the ends hold bits of what is beside the text.
                    let certain = encoded.dropFirst([0, 2, 3][shift / 2]).prefix(part.utf8.count * 4 / 3 - 2)
                    add(String(certain), "\(sentinel.name), Base64")
                }
                add(Sentinel.percentEncoded(part, all: true), "\(sentinel.name), percent-encoded")
                add(Sentinel.jsonEscaped(part), "\(sentinel.name), escaped")
                add(Sentinel.htmlEscaped(part), "\(sentinel.name), escaped")
            }
        }
    }

    private mutating func add(_ text: String, _ name: String) {
        if text.utf8.contains(UInt8(ascii: "\\")) { add(text.replacing("\\", with: ""), name) }
        let bytes = text.utf8.map(Self.lowercased)
        guard bytes.count >= Self.length else { return }
        let start = bytes[..<Self.length].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        patterns[start, default: []].append(Pattern(bytes: bytes, name: name))
        filter[Self.place(start)] = true
    }

    private static func place(_ start: UInt64) -> Int { Int((start &* 0x9E37_79B9_7F4A_7C15) >> 48) }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// What is found in a text: names of sentinels, and in which form.
    func findings(in text: String) -> Set<String> {
        var found = findings(in: Array(text.utf8))
        if text.utf8.contains(where: { $0 >= 0x80 }) {
            let bare = text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }
            found.formUnion(findings(in: Array(String(String.UnicodeScalarView(bare)).utf8)))
        }
        // As a quoted text is printed.
        if text.utf8.contains(UInt8(ascii: "\\")) {
            found.formUnion(findings(in: text.utf8.filter { $0 != UInt8(ascii: "\\") }))
        }
        if text.utf8.contains(UInt8(ascii: "%")) { found.formUnion(findings(in: Self.percentDecoded(text))) }
        return found
    }

    private func findings(in bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        bytes.withUnsafeBufferPointer { bytes in
            filter.withUnsafeBufferPointer { filter in
                var start: UInt64 = 0
                for place in bytes.indices {
                    start = start << 8 | UInt64(Self.lowercased(bytes[place]))
                    guard place >= Self.length - 1, filter[Self.place(start)], let patterns = patterns[start] else {
                        continue
                    }
                    for pattern in patterns {
                        let rest = bytes[(place - Self.length + 1)...].prefix(pattern.bytes.count)
                        if rest.lazy.map(Self.lowercased).elementsEqual(pattern.bytes) { found.insert(pattern.name) }
                    }
                }
            }
        }
        return found
    }

    private static func percentDecoded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var (result, place) = ([UInt8](), 0)
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[place + 1...place + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                place += 3
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }
}
