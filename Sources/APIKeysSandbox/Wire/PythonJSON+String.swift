extension PythonJSON {
    /// Reads a string from behind its opening quote.
    ///
    /// - Returns: `nil` for a string with half of a surrogate pair, which can be read and not be written.
    mutating func string() throws(Failure) -> String? {
        let start = place - 1
        var text = String.UnicodeScalarView()
        var isWritable = true
        while place < points.count {
            var point = points[place]
            place += 1
            switch point {
            case 0x22: return isWritable ? String(text) : nil
            case 0x5C: point = try escaped(in: start)
            case 0..<0x20: throw .invalid("Invalid control character at", position: place - 1)
            default: break
            }
            if let scalar = Unicode.Scalar(point) { text.append(scalar) } else { isWritable = false }
        }
        throw .invalid("Unterminated string starting at", position: start)
    }

    /// Reads an escape from behind its backslash.
    private mutating func escaped(in start: Int) throws(Failure) -> UInt32 {
        guard place < points.count else { throw .invalid("Unterminated string starting at", position: start) }
        let plain: [Unicode.Scalar: UInt32] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
        ]
        if let point = character().flatMap({ plain[$0] }) {
            place += 1
            return point
        }
        guard character() == "u" else { throw .invalid("Invalid \\escape", position: place - 1) }
        guard let point = hexadecimal(from: place + 1) else {
            throw .invalid("Invalid \\uXXXX escape", position: place)
        }
        place += 5
        if character() == "\\", character(1) == "u", let low = hexadecimal(from: place + 2),
            let pair = PythonText.pair(point, low)
        {
            place += 6
            return pair
        }
        return point
    }

    /// Four hexadecimal digits, with something behind them: the string does not end there.
    private func hexadecimal(from start: Int) -> UInt32? {
        guard start + 4 < points.count else { return nil }
        return points[start..<start + 4].reduce(UInt32?(0)) { value, point in
            guard let value, point < 0x80, let digit = Unicode.Scalar(point).map(Character.init)?.hexDigitValue else {
                return nil
            }
            return value << 4 | UInt32(digit)
        }
    }
}
