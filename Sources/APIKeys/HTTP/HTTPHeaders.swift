/// The header fields of an HTTP request or response: ordered, with case-insensitive names.
///
/// Header values may hold credentials, so no printed form shows them: `print`, `dump` and string interpolation show
/// only the names.
public struct HTTPHeaders: Sendable {
    /// One header field.
    public struct Field: Hashable, Sendable {
        /// The field's name, in the case it was given.
        public var name: String
        /// The field's value.
        public var value: String

        /// Creates a field. It is not checked until a request with it is sent.
        ///
        /// - Parameters:
        ///   - name: The field's name.
        ///   - value: The field's value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields, in order.
    public private(set) var fields: [Field]

    /// Creates headers from fields, in their order. A name can occur more than once.
    ///
    /// - Parameter fields: The fields; none by default.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the field with this name, in any case, or `nil` if there is none.
    ///
    /// If the name occurs more than once, reading returns its values joined by `", "` (RFC 9110, section 5.3). Setting
    /// a value replaces all fields of the name by one, at the position of the first; setting `nil` removes them.
    ///
    /// - Parameter name: The field's name, in any case.
    public subscript(name: String) -> String? {
        get {
            var value: String?
            // By index: a field that is taken out of its array is counted twice, and calls read many.
            for index in fields.indices where Self.isSame(fields[index].name, name) {
                if value?.append(", \(fields[index].value)") == nil { value = fields[index].value }
            }
            return value
        }
        set {
            let place = fields.firstIndex { Self.isSame($0.name, name) } ?? fields.count
            fields.removeAll { Self.isSame($0.name, name) }
            if let newValue { fields.insert(Field(name: name, value: newValue), at: place) }
        }
    }

    /// Every value of the fields with this name, in order.
    ///
    /// - Parameter name: The field's name, in any case.
    /// - Returns: The values; empty if no field has the name.
    public func values(for name: String) -> [String] {
        fields.compactMap { Self.isSame($0.name, name) ? $0.value : nil }
    }

    /// Appends a field, and keeps other fields of the same name.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - value: The field's value.
    public mutating func append(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// How many fields a request may have: some of what is done with them takes a time that grows with their square.
    private static let maximumCount = 1000

    /// Whether two names are the same but for the case of their ASCII letters.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        // Over the storage itself: character by character costs many times as much.
        var (one, other) = (one, other)
        return one.withUTF8 { left in
            other.withUTF8 { right in left.elementsEqual(right) { $0 == $1 || lowercased($0) == lowercased($1) } }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension HTTPHeaders: Hashable {
    /// Whether both hold the same values under the same names, in the same order; names are case-insensitive.
    public static func == (one: HTTPHeaders, other: HTTPHeaders) -> Bool {
        one.fields.elementsEqual(other.fields) { isSame($0.name, $1.name) && $0.value == $1.value }
    }

    /// Feeds the names, in lower case, and the values to the hasher.
    public func hash(into hasher: inout Hasher) {
        for field in fields {
            for byte in field.name.utf8 { hasher.combine(Self.lowercased(byte)) }
            hasher.combine(field.value)
        }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Creates headers from a literal, in its order: `["Accept": "application/json"]`.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

extension HTTPHeaders: OneDescription, CustomReflectable {
    /// The names of the fields, without their values: `[Accept, X-Management-Key]`.
    public var description: String {
        "[" + fields.map(\.name).joined(separator: ", ") + "]"
    }

    /// A mirror that shows the names of the fields, without their values.
    public var customMirror: Mirror {
        Mirror(self, unlabeledChildren: fields.map(\.name), displayStyle: .collection)
    }
}

extension HTTPHeaders.Field: OneDescription, CustomReflectable {
    /// The field's name, without its value.
    public var description: String { name }

    /// A mirror that shows the field's name, without its value.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": name], displayStyle: .struct)
    }
}

extension HTTPHeaders {
    /// What is wrong with the first field that may not go on the wire, or `nil` if every field may.
    ///
    /// The text names the field and never shows its value. A value with a line break would be dropped in silence or,
    /// worse, let its second line through as a header of its own, depending on how it reaches `URLRequest`.
    package var problem: String? {
        if fields.count > Self.maximumCount { return "there are more than \(Self.maximumCount) header fields" }
        for index in fields.indices {
            if !Self.isToken(fields[index].name) {
                return "a header has a name that is empty or holds characters that a header name may not have"
            }
            if let problem = Self.problem(inValue: fields[index].value) {
                return "the value of the header \(fields[index].name) \(problem)"
            }
        }
        return nil
    }

    /// What is wrong with a header value, as the end of a sentence, or `nil`. Never shows the value.
    package static func problem(inValue value: String) -> String? {
        if value.hasOnlyBytes({ (0x20...0x7E).contains($0) }) { return nil }
        guard let byte = value.utf8.first(where: { !(0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\t") }) else {
            return nil
        }
        return switch byte {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"): "holds a line break"
        case 0: "holds a NUL character"
        case 0x80...: "holds a character outside ASCII"
        default: "holds a control character"
        }
    }

    /// Whether the text is a token as RFC 9110, section 5.6.2, has it.
    package static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.hasOnlyBytes { byte in
                // A letter, of either case, or a hyphen: nearly every byte is.
                if UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "-") { return true }
                return UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "!#$%&'*+.^_`|~".utf8.contains(byte)
            }
    }
}

extension String {
    /// Whether every byte satisfies a predicate. Over the storage itself: character by character costs five times as
    /// much.
    func hasOnlyBytes(_ predicate: (UInt8) -> Bool) -> Bool {
        utf8.withContiguousStorageIfAvailable { $0.allSatisfy(predicate) } ?? utf8.allSatisfy(predicate)
    }
}
