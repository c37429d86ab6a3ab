@testable import APIKeys
import Foundation

extension Target {
    /// The redactor, against a matcher that compares every secret at every place.
    static let redactor = Target(name: "redactor") { bytes in
        var input = Input(bytes)
        let secrets = input.text().split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map {
            String($0.prefix(40))
        }
        let text = text(echoing: secrets, &input)
        let redactor = Redactor(secrets.map { Secret($0) })
        let result = redactor.withoutSecrets(text)
        let expected = reference(text, secrets)
        expect(
            result.utf8.elementsEqual(expected.utf8),
            "\(secrets) in\n\(text.debugDescription)\n\(result.debugDescription)\n\(expected.debugDescription)")
        let again = redactor.redacting(text)
        expect(!again.unicodeScalars.contains { $0.properties.generalCategory == .control }, "a control character")
        if let large = enlarged(bytes) {
            var input = Input(large)
            _ = redactor.redacting(String(decoding: input.all(), as: UTF8.self))
        }
    }

    /// A text in which pieces of the secrets stand, in all the forms that a server may give them.
    private static func text(echoing secrets: [String], _ input: inout Input) -> String {
        var text: [UInt8] = []
        while !input.isEmpty, text.count < 300 {
            let mark = input.byte()
            // A letter stands for itself, so that words of a dictionary do too.
            guard (0x30...0x39).contains(mark), !secrets.isEmpty else {
                text.append(mark)
                continue
            }
            let secret = Array(secrets[input.number(below: secrets.count)].utf8)
            let start = mark < 0x34 ? 0 : input.number(below: secret.count)
            let piece = mark < 0x36 ? secret[start...] : secret[start...].prefix(input.number(below: 24))
            text += encoded(Array(piece), by: input.number(below: 12), &input)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func encoded(_ piece: [UInt8], by way: Int, _ input: inout Input) -> [UInt8] {
        let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars
        func each(_ write: (Unicode.Scalar) -> String) -> [UInt8] { Array(scalars.map(write).joined().utf8) }
        switch way {
        case 0: return piece
        case 1: return Array(String(decoding: piece, as: UTF8.self).uppercased().utf8)
        case 2: return piece.flatMap { Array("%".utf8) + Array(hexadecimal([$0]).utf8) }
        case 3: return each { "&#\($0.value);" }
        case 4: return each { "&#x0\(String($0.value, radix: 16))" + ($0.value % 2 == 0 ? ";" : "") }
        case 5:
            return each {
                $0.value < 0x10000 ? "\\u" + String(String(0x10000 + $0.value, radix: 16).dropFirst()) : "\($0)"
            }
        case 6: return each { "\\u{\(String($0.value, radix: 16))}" }
        case 7: return Array(Data(input.bytes(input.number(below: 4)) + piece + input.bytes(3)).base64EncodedData())
        case 8:
            let marks = ["\u{301}", "\u{200B}", "\u{AD}", "\u{FE0F}", "\u{0}", "\u{FFFD}", "\n", "\u{E0020}"]
            let mark = marks[input.number(below: marks.count)]
            return each { "\($0)\(mark)" }
        case 9: return encoded(encoded(piece, by: 2, &input), by: 2 + input.number(below: 5), &input)
        case 10: return encoded(encoded(piece, by: 3, &input), by: 2 + input.number(below: 5), &input)
        default: return each { $0.isASCII ? "\\\($0)" : "\($0)" }
        }
    }

    // MARK: The reference

    private struct Unit {
        var byte: UInt8
        var source: Range<Int>
    }

    private static func reference(_ text: String, _ secrets: [String]) -> String {
        let bytes = Array(text.utf8)
        let patterns = secrets.flatMap { secret in
            ([Array(secret.utf8)] + (0..<3).flatMap { base64(of: Array(secret.utf8), $0) }).map {
                visible(units(of: $0)).map(\.byte)
            }
        }
        let runs = Set(
            patterns.filter { !$0.isEmpty }.flatMap { pattern in
                let length = min(pattern.count, 8)
                return (0...pattern.count - length).map { pattern[$0..<$0 + length] }
            })
        let leads: [DecodedText.Escape: UInt8] = [.percent: 0x25, .json: 0x5C, .html: 0x26]
        let source = units(of: bytes)
        var layers = [source]
        for _ in 0..<3 {
            let next = decoded(layers[layers.count - 1], leads)
            if next.count == layers[layers.count - 1].count { break }
            layers.append(next)
        }
        if layers.count > 1, secrets.contains(where: { $0.utf8.contains { leads.values.contains($0) } }) {
            layers += leads.map { decoded(source, [$0.key: $0.value]) }
        }
        var isSecret = [Bool](repeating: false, count: bytes.count)
        for layer in layers.map(visible) {
            let text = layer.map(\.byte)
            for length in Set(runs.map(\.count)) {
                for place in text.indices.dropLast(length - 1) where runs.contains(text[place..<place + length]) {
                    let end = layer[place + length - 1].source.upperBound
                    for place in layer[place].source.lowerBound..<end { isSecret[place] = true }
                }
            }
        }
        // A character is taken out as a whole.
        var place = 0
        var result: [UInt8] = []
        for character in text.unicodeScalars {
            let count = String(character).utf8.count
            if isSecret[place..<place + count].contains(true) {
                if place == 0 || !isSecret[place - 1] { result += "(redacted)".utf8 }
                for place in place..<place + count { isSecret[place] = true }
            } else {
                result += String(character).utf8
            }
            place += count
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func units(of bytes: [UInt8]) -> [Unit] {
        bytes.indices.map { Unit(byte: bytes[$0], source: $0..<$0 + 1) }
    }

    /// What is the same in the Base64 of any data that holds the secret that many bytes behind a multiple of three.
    private static func base64(of secret: [UInt8], _ shift: Int) -> [[UInt8]] {
        let texts = [UInt8(0), 0xFF, 0x55, 0xAA].map { filler in
            let ends = [UInt8](repeating: filler, count: shift), behind = [UInt8](repeating: filler, count: 3)
            return Array(Data(ends + secret + behind).base64EncodedData()).filter { $0 != UInt8(ascii: "=") }
        }
        let certain = texts[0].indices.filter { place in texts.allSatisfy { $0[place] == texts[0][place] } }
        guard let first = certain.first, let last = certain.last, certain.count == last - first + 1, certain.count >= 6
        else { return [] }
        let text = Array(texts[0][first...last])
        return [text, text.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }]
    }

    /// With escapes undone, each by the reader that the product has for one.
    private static func decoded(_ units: [Unit], _ leads: [DecodedText.Escape: UInt8]) -> [Unit] {
        let product = units.map {
            DecodedText.Unit(byte: $0.byte, start: $0.source.lowerBound, end: $0.source.upperBound)
        }
        return product.withUnsafeBufferPointer { buffer in
            let reader = EscapeReader(buffer)
            var result: [Unit] = []
            var place = 0
            while place < units.count {
                let byte = units[place].byte
                guard [0x25, 0x5C, 0x26].contains(byte), let escape = leads.first(where: { $0.value == byte })?.key,
                    let (value, end) = reader.read(escape, at: place)
                else {
                    result.append(units[place])
                    place += 1
                    continue
                }
                let source = units[place].source.lowerBound..<units[end - 1].source.upperBound
                let bytes =
                    switch value {
                    case .byte(let byte): [byte]
                    case .scalar(let scalar): Array(String(scalar).utf8)
                    }
                result += bytes.map { Unit(byte: $0, source: source) }
                place = end
            }
            return result
        }
    }

    private static func visible(_ units: [Unit]) -> [Unit] {
        var result: [Unit] = []
        var place = 0
        while place < units.count {
            guard let (scalar, count) = firstScalar(units[place...]) else {
                place += 1
                continue
            }
            if isVisible(scalar) {
                for unit in units[place..<place + count] {
                    let byte = unit.byte
                    let letter = (0x41...0x5A).contains(byte) ? byte + 0x20 : byte == 0x20 ? 0x2B : byte
                    result.append(Unit(byte: letter, source: unit.source))
                }
            }
            place += count
        }
        return result
    }

    private static func firstScalar(_ units: ArraySlice<Unit>) -> (Unicode.Scalar, Int)? {
        if let byte = units.first?.byte, byte < 0x80 { return (Unicode.Scalar(byte), 1) }
        let bytes = units.prefix(4).map(\.byte)
        for count in 1...4 where count <= bytes.count {
            if let text = String(validating: bytes[..<count], as: UTF8.self), let scalar = text.unicodeScalars.first {
                return (scalar, count)
            }
        }
        return nil
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return true }
        let category = scalar.properties.generalCategory
        let hidden: [Unicode.GeneralCategory] = [
            .control, .format, .nonspacingMark, .spacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator,
        ]
        return !(hidden.contains(category) || scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{FFFD}")
    }
}
