/// The change of one value in an update: leave it, clear it, or set it.
///
/// A PATCH can distinguish a member that is absent from one that is `null`; an optional can't:
///
/// ```swift
/// try await junction.updateManagementKey(id: id, label: "deploy")               // the bindings stay as they are
/// try await junction.updateManagementKey(id: id, teamRoleBindings: .null)       // the bindings go, the label stays
/// ```
///
/// There is no `nil` literal on purpose: it could be read as ``unchanged`` or as ``null``.
public enum Patch<Value: Sendable>: Sendable {
    /// Leaves the value as it is: the body has no such member.
    case unchanged
    /// Clears the value: the member is `null`.
    case null
    /// Sets the value.
    case value(Value)
}

extension Patch: Equatable where Value: Equatable {}
extension Patch: Hashable where Value: Hashable {}

extension Patch:
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation
where Value == String {
    /// Sets the value to a literal: `label: "deploy"`.
    ///
    /// - Parameter value: The value.
    public init(stringLiteral value: String) {
        self = .value(value)
    }
}

extension Patch: ExpressibleByArrayLiteral where Value: RangeReplaceableCollection {
    /// Sets the value to an array of the elements: `teamRoleBindings: [.init(teamID: team)]`.
    ///
    /// - Parameter elements: The elements.
    public init(arrayLiteral elements: Value.Element...) {
        self = .value(Value(elements))
    }
}

extension KeyedEncodingContainer {
    /// Writes the change of a member; nothing if it is unchanged.
    package mutating func encodePatch<Value: Encodable>(_ patch: Patch<Value>, forKey key: Key) throws {
        switch patch {
        case .unchanged: break
        case .null: try encodeNil(forKey: key)
        case .value(let value): try encode(value, forKey: key)
        }
    }
}
