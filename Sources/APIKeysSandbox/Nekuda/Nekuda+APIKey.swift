public import APIKeys
public import Foundation

extension Sandbox.Nekuda {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable {
        /// The members as JSON: a member that is not there is not shown, which is not the same as null.
        var members: [String: JSONValue]
        /// The private half; `nil` for a key that was there from the beginning.
        public internal(set) var privateKey: Secret?

        /// The key's id.
        public var id: String { text("id") ?? "" }
        /// The key's name.
        public var name: String { text("name") ?? "" }
        /// What the key is for.
        public var description: String? { text("description") }
        /// The public half.
        public var publicKey: String { text("public_key") ?? "" }
        /// Whether the key was revoked.
        public var isRevoked: Bool { members["is_revoked"] == .bool(true) }
        /// When the key was created.
        public var createdAt: Date? { text("created_at").flatMap(RFC3339.date(from:)) }

        private func text(_ name: String) -> String? { members[name]?.string }

        /// The key as JSON.
        var value: [String: JSONValue] { members }

        /// The key as its creation shows it.
        var createdValue: [String: JSONValue] {
            value.merging(["private_key": .optional(privateKey?.reveal())]) { $1 }
        }

        /// The key as revoking it shows it.
        var revokedValue: [String: JSONValue] {
            let shown = ["id", "org_id", "name", "is_revoked", "created_at", "description", "last_used_at"]
            return members.filter { shown.contains($0.key) }.merging(["expires_at": .null]) { $1 }
        }
    }
}
