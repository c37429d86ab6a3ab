extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names of the fields, without their values: `[Accept, X-Management-Key]`.
    public var description: String {
        "[" + fields.map(\.name).joined(separator: ", ") + "]"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror that shows the names of the fields, without their values.
    public var customMirror: Mirror {
        Mirror(self, unlabeledChildren: fields.map(\.name), displayStyle: .collection)
    }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The field's name, without its value.
    public var description: String { name }

    /// The same as ``description``.
    public var debugDescription: String { name }

    /// A mirror that shows the field's name, without its value.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": name], displayStyle: .struct)
    }
}
