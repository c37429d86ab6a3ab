public import APIKeys
public import Foundation

extension Sandbox.Nekuda {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable, ProviderRow {
        /// The key's id.
        public let id: String
        /// The key's name.
        public let name: String
        /// What the key is for.
        public internal(set) var description: String?
        /// The public half.
        public let publicKey: String
        /// The private half; `nil` for a key that was there from the beginning.
        public internal(set) var privateKey: Secret?

        let created: Timestamp
        var revoked: Timestamp?
        var lastUsed: Timestamp?
        var environment: String?
        /// The members that are not there, which is not the same as null.
        var absent: Set<String> = []

        /// Whether the key was revoked.
        public var isRevoked: Bool { revoked != nil }
        /// When the key was created.
        public var createdAt: Date? { created.date }

        var listed: [String: JSONValue] {
            let members: [String: JSONValue] = [
                "id": .string(id), "org_id": .string(State.organizationID.wireValue), "name": .string(name),
                "description": .optional(description), "public_key": .string(publicKey),
                "private_key_display": .string("sk_...\(privateKey?.reveal().suffix(4) ?? "c0de")"),
                "is_revoked": .bool(isRevoked), "revoked_at": .optional(revoked?.text), "created_at": created.value,
                "last_used_at": .optional(lastUsed?.text), "environment": .optional(environment),
            ]
            return members.filter { !absent.contains($0.key) }
        }

        var unlisted: [String: JSONValue] { ["private_key": .optional(privateKey?.reveal())] }

        /// The key as its revocation shows it.
        var revocation: [String: JSONValue] {
            let shown = ["id", "org_id", "name", "is_revoked", "created_at", "description", "last_used_at"]
            return listed.filter { shown.contains($0.key) }.merging(["expires_at": .null]) { $1 }
        }

        mutating func revoke(at time: Timestamp) {
            revoked = time
            absent.subtract(["is_revoked", "revoked_at"])
        }
    }
}
