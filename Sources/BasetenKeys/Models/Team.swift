import APIKeys
public import Foundation

extension Baseten {
    /// A team. Schema `Team`.
    public struct Team: Codable, Hashable, Sendable, Identifiable {
        /// The team's ID: any text, not a UUID.
        public var id: String
        /// The team's name.
        public var name: String
        /// Whether this is the workspace's default team.
        public var isDefault: Bool
        /// When the team was created.
        public var createdAt: Date

        /// Creates a team, for use in tests.
        public init(id: String, name: String, isDefault: Bool, createdAt: Date) {
            self.id = id
            self.name = name
            self.isDefault = isDefault
            self.createdAt = createdAt
        }

        private enum CodingKeys: String, CodingKey {
            case id, name
            case isDefault = "default"
            case createdAt = "created_at"
        }
    }
}
