public import APIKeys
public import Foundation

extension Sandbox.Junction {
    /// A management key as the sandbox keeps it.
    public struct ManagementKey: Hashable, Sendable, Identifiable {
        /// The key's id.
        public let id: UUID
        /// The key's label.
        public internal(set) var label: String
        /// What the key may act for: `org_admin` or `team_admin`.
        public let role: String
        /// The teams that the key is bound to; `nil` for none.
        public internal(set) var teamIDs: [UUID]?
        /// The key itself; `nil` for one that was there from the beginning.
        public internal(set) var key: Secret?

        let creator: WireObject
        /// As it goes on the wire.
        let createdAt: String

        /// The key as the list shows it.
        var value: WireObject {
            [
                "id": .string(id.wireValue),
                "label": .string(label),
                "created_at": .string(createdAt),
                "creator": .object(creator),
                "role": .string(role),
                "team_role_bindings": teamIDs.map { .array($0.map { ["team_id": .string($0.wireValue)] }) } ?? .null,
            ]
        }

        /// The key as its creation shows it.
        var createdValue: WireObject {
            var members = value
            members["key"] = .optional(key?.reveal())
            return members
        }
    }
}
