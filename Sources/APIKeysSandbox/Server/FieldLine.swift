import APIKeys

extension HTTPHeaders.Field {
    /// Reads a field line without its line end. A value's bytes are taken as ISO 8859-1, which loses none of them.
    init(line: ArraySlice<UInt8>) throws(RequestRejection) {
        if line.first.map(Self.isBlank) == true { throw .malformed("A header field is folded over several lines") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .malformed("A header field has no colon")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        guard HTTPHeaders.isToken(name) else { throw .malformed("The name of a header field is malformed") }
        var value = line[(colon + 1)...].drop(while: Self.isBlank)
        while value.last.map(Self.isBlank) == true { value.removeLast() }
        guard value.allSatisfy(Self.isText) else {
            throw .malformed("The value of a header field holds a control character")
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: value.lazy.map { Unicode.Scalar($0) })
        self.init(name: name, value: String(text))
    }

    /// Whether a byte is a space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// Whether a byte is a tab or no control character.
    static func isText(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || (byte >= 0x20 && byte != 0x7F)
    }
}
