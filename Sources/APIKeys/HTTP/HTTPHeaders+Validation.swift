extension HTTPHeaders {
    /// What is wrong with the first field that may not go on the wire, or `nil` where every field may.
    ///
    /// The text names the field and never shows its value. A value with a line break would be dropped in silence or,
    /// worse, let its second line through as a header of its own, depending on how it reaches `URLRequest`.
    package var problem: String? {
        for field in fields {
            if !Self.isToken(field.name) {
                return "a header has a name that is empty or holds characters that a header name may not have"
            }
            if let problem = Self.problem(inValue: field.value) {
                return "the value of the header \(field.name) \(problem)"
            }
        }
        return nil
    }

    /// What is wrong with a header value, as the end of a sentence, or `nil`. Never shows the value.
    package static func problem(inValue value: String) -> String? {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): return "holds a line break"
            case 0: return "holds a NUL character"
            case UInt8(ascii: "\t"), 0x20...0x7E: continue
            case 0x80...: return "holds a character outside ASCII"
            default: return "holds a control character"
            }
        }
        return nil
    }

    /// Whether the text is a token as RFC 9110, section 5.6.2, has it.
    package static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
