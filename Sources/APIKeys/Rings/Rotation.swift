public import Foundation

/// A rotation that is complete: the new key works, and the old one does not.
public struct Rotation: Hashable, Sendable {
    /// The new key.
    public var issued: IssuedKey
    /// The ID of the old key, which was revoked.
    public var retired: String

    /// Creates a rotation, for use in tests.
    public init(issued: IssuedKey, retired: String) {
        self.issued = issued
        self.retired = retired
    }
}

/// A rotation whose old key still works. It holds no secret: save it, and finish or abandon the rotation later, in any
/// process.
public struct PendingRotation: Hashable, Sendable, Codable {
    /// The ID of the old key.
    public var oldID: String
    /// The ID of the new key; `nil` if the provider does not return one.
    public var newID: String?
    /// The label of the new key with its marker, by which it is found if it has no ID.
    public var label: String
    /// When the new key was stored.
    public var begunAt: Date

    /// Creates a pending rotation, for use in tests.
    public init(oldID: String, newID: String?, label: String, begunAt: Date) {
        self.oldID = oldID
        self.newID = newID
        self.label = label
        self.begunAt = begunAt
    }
}

/// Why a rotation failed, and which keys work now.
///
/// No printed form holds a secret, or the text of an error from outside this package.
public struct RotationError: Error, Sendable {
    /// A step of a rotation. The cases are in the order of the steps.
    public enum Step: String, Hashable, Sendable, Codable {
        /// Looking for the old key, and creating the new one.
        case create
        /// Waiting until `verify` succeeds.
        case verify
        /// Handing the new key to `store`.
        case store
        /// Waiting until readers have the new key.
        case overlap
        /// Revoking the old key, or the new one of a rotation that is abandoned.
        case revoke
    }

    /// The step that failed.
    public var step: Step
    /// The error of the step. Its own printed form may show secrets.
    public var underlying: any Error
    /// The IDs of the keys that are known to work now, the old key first. A key that is missing here may still work, if
    /// the last list could not show it.
    public var workingKeyIDs: [String]
    /// The new key with its secret, if it is known and the key may still work. Use the key or revoke it.
    public var issued: IssuedKey?
    /// The rotation, if its new key is stored: finish or abandon it later.
    public var pending: PendingRotation?

    /// Creates an error, for use in tests.
    public init(
        step: Step, underlying: any Error, workingKeyIDs: [String], issued: IssuedKey? = nil,
        pending: PendingRotation? = nil
    ) {
        self.step = step
        self.underlying = underlying
        self.workingKeyIDs = workingKeyIDs
        self.issued = issued
        self.pending = pending
    }
}

extension RotationError: PrintableError, CustomReflectable {
    /// One line: the step, the kind of the error behind this one, and the keys that are known to work.
    public var description: String {
        var facts: [String] = []
        if !workingKeyIDs.isEmpty { facts.append("keys that work: \(workingKeyIDs.joined(separator: ", "))") }
        if issued != nil { facts.append("the new key is in issued") }
        if pending != nil { facts.append("finish or abandon the rotation in pending") }
        let text = "rotation failed at \(step): \(String(printing: underlying))"
        return (facts.isEmpty ? text : "\(text) (\(facts.joined(separator: "; ")))").escapingControls
    }

    /// A mirror that shows only the type of an underlying error from outside this package.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "step": step, "underlying": String(printing: underlying), "workingKeyIDs": workingKeyIDs,
            "issued": issued as Any, "pending": pending as Any,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
