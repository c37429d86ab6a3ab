import Foundation

/// The keys that may work although nobody has their secrets, and how to find them. See ``APIError/unresolved``.
///
/// Look for keys whose label contains `#` and the marker, and revoke them.
public struct UnresolvedKey: Error {
    /// The marker in the key's label.
    public var marker: KeyMarker
    /// The IDs of the keys that are known to work and whose secrets nobody has; empty if none was found.
    public var keyIDs: [String]
    /// Why the key could not be found or revoked. The error's own printed form may show secrets.
    public var underlying: any Error

    /// Creates an error, for use in tests.
    public init(marker: KeyMarker, keyIDs: [String], underlying: any Error) {
        self.marker = marker
        self.keyIDs = keyIDs
        self.underlying = underlying
    }

    /// One line that names the marker, the IDs and the reason.
    public var description: String {
        "\(summary): \(String(printing: underlying))".escapingControls
    }

    /// What may work, without the reason.
    var summary: String {
        let keys =
            switch keyIDs.count {
            case 0: "a key may work that nobody holds"
            case 1: "the key \(keyIDs[0]) works and nobody holds it"
            default: "the keys \(keyIDs.joined(separator: ", ")) work and nobody holds them"
            }
        return "\(keys), labelled #\(marker)"
    }
}

extension UnresolvedKey: PrintableError, CustomReflectable {
    /// A mirror that shows only the type of an underlying error from outside this package.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "marker": marker, "keyIDs": keyIDs, "underlying": String(printing: underlying),
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}

extension APIError {
    /// The keys that may work although nobody has their secrets, if the call was to create a key exactly once; read
    /// from ``underlying``.
    public var unresolved: UnresolvedKey? { underlying as? UnresolvedKey }

    /// The same error, of a call that may leave a key that nobody holds.
    func unresolved(
        _ marker: KeyMarker, _ outcome: Outcome = .unknown, keyIDs: [String] = [], secret: Secret? = nil
    ) -> APIError {
        var result = self
        result.outcome = outcome
        result.recoveredSecret = secret
        result.underlying = UnresolvedKey(marker: marker, keyIDs: keyIDs, underlying: self)
        return result
    }
}
