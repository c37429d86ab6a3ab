/// A type that `debugPrint` prints as `print` does.
package protocol OneDescription: CustomStringConvertible, CustomDebugStringConvertible {}

extension OneDescription {
    /// The same as ``description``.
    public var debugDescription: String { description }
}

/// A name on the wire, of a set that the server may extend.
package protocol WireName: RawRepresentable, CustomStringConvertible where RawValue == String {}

extension WireName {
    /// The name on the wire: ``rawValue``.
    public var description: String { rawValue }
}
