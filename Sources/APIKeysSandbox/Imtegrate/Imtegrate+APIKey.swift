public import APIKeys
public import Foundation

extension Sandbox.Imtegrate {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable, ProviderRow {
        /// The key's id.
        public let id: UUID
        /// The key's name.
        public let name: String
        /// The beginning of the key's token.
        public let prefix: String
        /// What the key may do.
        public let scopes: [String]
        /// The token; `nil` for a key that was there from the beginning.
        public internal(set) var token: Secret?

        let created: Timestamp
        var lastUsed: Timestamp?
        var revoked: Timestamp?

        /// When the key was created.
        public var createdAt: Date { created.date }
        /// When the key was revoked.
        public var revokedAt: Date? { revoked?.date }

        var listed: [String: JSONValue] {
            [
                "id": .string(id.wireValue), "org_id": .string(State.organizationID.wireValue),
                "prefix": .string(prefix), "name": .string(name), "scopes": .strings(scopes),
                "last_used_at": .optional(lastUsed?.text), "revoked_at": .optional(revoked?.text),
                "created_at": created.value,
            ]
        }

        var unlisted: [String: JSONValue] { ["token": .optional(token?.reveal())] }
    }
}
