public import APIKeys
public import Foundation

extension Sandbox.Baseten {
    /// A team as the sandbox keeps it.
    public struct Team: Hashable, Sendable, Identifiable, ProviderRow {
        /// The team's id: any string.
        public let id: String
        /// The team's name.
        public let name: String
        /// Whether keys without a team belong to it.
        public let isDefault: Bool

        let created: Timestamp

        /// When the team was created.
        public var createdAt: Date { created.date }

        var listed: [String: JSONValue] {
            ["id": .string(id), "name": .string(name), "default": .bool(isDefault), "created_at": created.value]
        }
    }
}

extension Sandbox.Baseten {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable, ProviderRow {
        /// The beginning of the key, which identifies it in the list and in a deletion.
        public let prefix: String
        /// What the key may do.
        public let type: String
        /// The key's name.
        public internal(set) var name: String?
        /// The models that the key is limited to.
        public internal(set) var modelIDs: [String]?
        /// The name of the key's team.
        public internal(set) var teamName: String?
        /// The key itself; `nil` for a key that was there from the beginning.
        public internal(set) var apiKey: Secret?

        var owner: JSONValue = .null
        let created: Timestamp
        /// The members that are not there, which is not the same as null.
        var absent: Set<String> = []

        /// The same as ``prefix``.
        public var id: String { prefix }

        var listed: [String: JSONValue] {
            let members: [String: JSONValue] = [
                "prefix": .string(prefix), "type": .string(type), "name": .optional(name),
                "model_ids": modelIDs.map { .strings($0) } ?? .null, "team_name": .optional(teamName), "owner": owner,
                "created_at": created.value, "last_used_at": .null,
            ]
            return members.filter { !absent.contains($0.key) }
        }

        var unlisted: [String: JSONValue] { ["api_key": .optional(apiKey?.reveal())] }
    }
}
