/// What an update does to one value: leaves it, clears it, or sets it.
///
/// A PATCH may tell a member that is absent from one that is `null`, which an optional can't:
///
/// ```swift
/// try await junction.updateManagementKey(id: id, label: "deploy")               // the bindings stay as they are
/// try await junction.updateManagementKey(id: id, teamRoleBindings: .null)       // the bindings go, the label stays
/// ```
///
/// There is no `nil` literal for it on purpose: half of its readers would take it for ``unchanged``, half for ``null``.
public enum Patch<Value: Sendable>: Sendable {
    /// Leaves the value as it is: the member is left out of the body.
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
    /// Writes what an update does to a member; writes nothing where it is unchanged.
    package mutating func encodePatch<Value: Encodable>(_ patch: Patch<Value>, forKey key: Key) throws {
        switch patch {
        case .unchanged: break
        case .null: try encodeNil(forKey: key)
        case .value(let value): try encode(value, forKey: key)
        }
    }
}
