public import APIKeys
public import Foundation

extension Sandbox.Baseten {
    /// A team as the sandbox keeps it.
    public struct Team: Hashable, Sendable, Identifiable {
        /// The team's id: any string.
        public let id: String
        /// The team's name.
        public let name: String
        /// Whether keys without a team belong to it.
        public let isDefault: Bool

        let created: Timestamp

        /// When the team was created.
        public var createdAt: Date { created.date }

        /// The team as JSON.
        var value: [String: JSONValue] {
            [
                "id": .string(id), "name": .string(name), "default": .bool(isDefault), "created_at": created.value,
            ]
        }
    }
}

extension Sandbox.Baseten {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable {
        /// The members as JSON: a member that is not there is not shown, which is not the same as null.
        var members: [String: JSONValue]
        /// The key itself; `nil` for one that was there from the beginning.
        public internal(set) var apiKey: Secret?

        init(members: [String: JSONValue], apiKey: Secret? = nil) {
            self.members = members
            self.apiKey = apiKey
        }

        /// The same as ``prefix``.
        public var id: String { prefix }
        /// What the key begins with; the list and a deletion go by it.
        public var prefix: String { text("prefix") ?? "" }
        /// What the key may do.
        public var type: String { text("type") ?? "" }
        /// The key's name.
        public var name: String? { text("name") }
        /// The name of the key's team.
        public var teamName: String? { text("team_name") }
        /// The models that the key is limited to.
        public var modelIDs: [String]? { members["model_ids"]?.array?.compactMap(\.string) }

        /// The id of the key's owner.
        var ownerID: String? { members["owner"]?["user_id"]?.string }

        private func text(_ name: String) -> String? { members[name]?.string }
    }
}
