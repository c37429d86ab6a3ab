/// Reads one escape of a text: `%6D`, `\u006D`, `\n`, `&#109;`, `&amp;`.
struct EscapeReader {
    /// What an escape stands for: a byte of UTF-8, or a character.
    enum Value {
        case byte(UInt8)
        case scalar(Unicode.Scalar)
    }

    private let units: UnsafeBufferPointer<DecodedText.Unit>

    init(_ units: UnsafeBufferPointer<DecodedText.Unit>) {
        self.units = units
    }

    /// What the escape that begins at a place stands for, and where it ends; `nil` if it is none.
    func read(_ escape: DecodedText.Escape, at place: Int) -> (Value, end: Int)? {
        switch escape {
        case .percent:
            guard let high = digit(place + 1), let low = digit(place + 2) else { return nil }
            return (.byte(high << 4 | low), place + 3)
        case .json: return json(at: place + 1)
        case .html: return html(at: place + 1)
        }
    }

    private func byte(_ place: Int) -> UInt8? { place < units.count ? units[place].byte : nil }

    private func digit(_ place: Int) -> UInt8? { byte(place)?.hexadecimalDigit }

    // MARK: JSON

    private func json(at place: Int) -> (Value, end: Int)? {
        guard let letter = byte(place) else { return nil }
        switch letter {
        case UInt8(ascii: "u"):
            if byte(place + 1) == UInt8(ascii: "{") {
                let (number, end) = number(from: place + 2, radix: 16)
                guard byte(end) == UInt8(ascii: "}") else { return nil }
                return scalar(number).map { ($0, end + 1) }
            }
            return codeUnits(at: place + 1)
        case UInt8(ascii: "x"):
            guard let high = digit(place + 1), let low = digit(place + 2) else { return nil }
            return (.scalar(Unicode.Scalar(high << 4 | low)), place + 3)
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return (.scalar("\n"), place + 1)  // Any of them: no character that can be seen.
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return (.byte(letter), place + 1)
        default: return nil
        }
    }

    /// `XXXX`, or `XXXX\uXXXX` for a surrogate pair.
    private func codeUnits(at place: Int) -> (Value, end: Int)? {
        guard let unit = codeUnit(at: place) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return (.scalar(scalar), place + 4) }
        guard UTF16.isLeadSurrogate(unit), byte(place + 4) == UInt8(ascii: "\\"), byte(place + 5) == UInt8(ascii: "u"),
            let trail = codeUnit(at: place + 6), UTF16.isTrailSurrogate(trail)
        else { return (.scalar("\u{FFFD}"), place + 4) }
        return (.scalar(UTF16.decode(UTF16.EncodedScalar([unit, trail]))), place + 10)
    }

    private func codeUnit(at place: Int) -> UInt16? {
        var unit: UInt16 = 0
        for place in place..<place + 4 {
            guard let digit = digit(place) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    // MARK: HTML

    /// Names of the characters that a credential may hold, and of some that cannot be seen.
    private static let names: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "excl": "!", "num": "#", "dollar": "$",
        "percnt": "%",
        "lpar": "(", "rpar": ")", "ast": "*", "midast": "*", "plus": "+", "comma": ",", "period": ".", "sol": "/",
        "colon": ":", "semi": ";", "equals": "=", "quest": "?", "commat": "@", "lsqb": "[", "lbrack": "[", "bsol": "\\",
        "rsqb": "]", "rbrack": "]", "hat": "^", "lowbar": "_", "underbar": "_", "grave": "`", "lcub": "{",
        "lbrace": "{",
        "verbar": "|", "vert": "|", "rcub": "}", "rbrace": "}", "hyphen": "-", "dash": "-", "nbsp": " ", "tab": "\t",
        "newline": "\n", "shy": "\u{AD}", "zwj": "\u{200D}", "zwnj": "\u{200C}", "zerowidthspace": "\u{200B}",
    ]
    private static let longestName = 16

    private func html(at place: Int) -> (Value, end: Int)? {
        if byte(place) == UInt8(ascii: "#") {
            let isHexadecimal = byte(place + 1).map { $0 | 0x20 } == UInt8(ascii: "x")
            let start = place + (isHexadecimal ? 2 : 1)
            let (number, end) = number(from: start, radix: isHexadecimal ? 16 : 10)
            guard end > start else { return nil }
            return scalar(number).map { ($0, behindSemicolon(end)) }
        }
        var name = ""
        for place in place..<place + Self.longestName {
            guard let byte = byte(place), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) else { break }
            name.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
        }
        let end = place + name.utf8.count
        let isWhole = byte(end) == UInt8(ascii: ";") || ["amp", "lt", "gt", "quot"].contains(name)
        guard isWhole, let scalar = Self.names[name] else { return nil }
        return (.scalar(scalar), behindSemicolon(end))
    }

    private func behindSemicolon(_ place: Int) -> Int { byte(place) == UInt8(ascii: ";") ? place + 1 : place }

    /// The number that begins at a place, with any number of leading zeros, and where it ends.
    private func number(from start: Int, radix: UInt32) -> (UInt32, end: Int) {
        var (number, place): (UInt32, Int) = (0, start)
        while let digit = digit(place), digit < radix {
            number = min(number * radix + UInt32(digit), 0x11_0000)
            place += 1
        }
        return (number, place)
    }

    private func scalar(_ number: UInt32) -> Value? {
        Unicode.Scalar(number).map { .scalar($0) }
    }
}
