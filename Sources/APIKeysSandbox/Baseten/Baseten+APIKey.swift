public import APIKeys

extension Sandbox.Baseten {
    /// A key as the sandbox keeps it.
    public struct APIKey: Hashable, Sendable, Identifiable {
        /// The members as JSON: a member that is not there is not shown, which is not the same as null.
        let members: WireObject
        /// The key itself; `nil` for one that was there from the beginning.
        public internal(set) var apiKey: Secret?

        init(members: WireObject, apiKey: Secret? = nil) {
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
        var ownerID: String? {
            if case .object(let owner)? = members["owner"] { owner["user_id"]?.string } else { nil }
        }

        private func text(_ name: String) -> String? { members[name]?.string }
    }
}
