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
        var value: WireObject {
            [
                "id": .string(id), "name": .string(name), "default": .bool(isDefault), "created_at": created.value,
            ]
        }
    }
}
