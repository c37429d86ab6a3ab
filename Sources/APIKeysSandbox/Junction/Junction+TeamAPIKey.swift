public import APIKeys
public import Foundation

extension Sandbox.Junction {
    /// A team API key as the sandbox keeps it.
    public struct TeamAPIKey: Hashable, Sendable, Identifiable {
        /// The key's id.
        public let id: UUID
        /// The key's label.
        public let label: String
        /// The key itself.
        public let value: Secret
        /// The team that the key is for.
        public let teamID: UUID
        /// The environment that the key grants access to: `production` or `sandbox`.
        public let environment: String
        /// The region that the key grants access to: `us` or `eu`.
        public let region: String

        /// As it goes on the wire.
        let createdAt: String
        let number: Int

        /// The key as JSON.
        var json: WireObject {
            [
                "id": .string(id.wireValue), "label": .string(label), "value": .string(value.reveal()),
                "team_id": .string(teamID.wireValue), "created_at": .string(createdAt),
            ]
        }
    }
}
