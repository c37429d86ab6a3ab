/// The header fields of an HTTP request or response: ordered, with names that compare without regard to case.
///
/// Header values hold credentials, so no printed form of a value of this type shows them: `print`, `dump` and string
/// interpolation show the names alone.
public struct HTTPHeaders: Sendable {
    /// One header field.
    public struct Field: Hashable, Sendable {
        /// The field's name, in the case it was given.
        public var name: String
        /// The field's value.
        public var value: String

        /// Makes a field. Nothing is checked here: a request's fields are checked before it is sent.
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

    /// Makes headers from fields, which keep their order; a name can stand more than once.
    ///
    /// - Parameter fields: The fields; none by default.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the field with this name, in any case, or `nil` where there is none.
    ///
    /// Reading a name that stands more than once gives the values joined by `", "` (RFC 9110, section 5.3). Setting
    /// replaces every field of that name by one, in the place of the first; setting `nil` removes them.
    ///
    /// - Parameter name: The field's name, in any case.
    public subscript(name: String) -> String? {
        get {
            let values = values(for: name)
            return values.isEmpty ? nil : values.joined(separator: ", ")
        }
        set {
            let place = fields.firstIndex { Self.isSame($0.name, name) }
            let kept = place.map { fields[..<$0].count }
            fields.removeAll { Self.isSame($0.name, name) }
            if let newValue {
                fields.insert(Field(name: name, value: newValue), at: kept ?? fields.count)
            }
        }
    }

    /// Every value of the fields with this name, in order.
    ///
    /// - Parameter name: The field's name, in any case.
    /// - Returns: The values; empty where no field has the name.
    public func values(for name: String) -> [String] {
        fields.compactMap { Self.isSame($0.name, name) ? $0.value : nil }
    }

    /// Adds a field at the end and keeps those of the same name.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - value: The field's value.
    public mutating func append(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    package static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
    }
}

extension HTTPHeaders: Hashable {
    /// Whether both hold the same values under the same names, in the same order; the case of a name does not count.
    public static func == (one: HTTPHeaders, other: HTTPHeaders) -> Bool {
        one.fields.elementsEqual(other.fields) { isSame($0.name, $1.name) && $0.value == $1.value }
    }

    /// Feeds the names, in lower case, and the values to the hasher.
    public func hash(into hasher: inout Hasher) {
        for field in fields {
            hasher.combine(field.name.lowercased())
            hasher.combine(field.value)
        }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Makes headers from a literal, in its order: `["Accept": "application/json"]`.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}
