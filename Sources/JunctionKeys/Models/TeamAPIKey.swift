public import APIKeys
public import Foundation

extension Junction {
    /// An API key of a team. Schema `ClientFacingTeamAPIKey`.
    public struct TeamAPIKey: Codable, Hashable, Sendable, Identifiable, SecretBearing {
        /// The key's ID.
        public var id: UUID
        /// The key's label.
        public var label: String
        /// The key itself. The list of keys holds it too.
        public var value: Secret
        /// The team that the key belongs to.
        public var teamID: UUID
        /// When the key was created.
        public var createdAt: Date

        /// Creates a key, for use in tests.
        public init(id: UUID, label: String, value: Secret, teamID: UUID, createdAt: Date) {
            self.id = id
            self.label = label
            self.value = value
            self.teamID = teamID
            self.createdAt = createdAt
        }

        /// The key itself: ``value``.
        public var secret: Secret { value }

        private enum CodingKeys: String, CodingKey {
            case id, label, value
            case teamID = "team_id"
            case createdAt = "created_at"
        }
    }

    /// The result of a bulk deletion, key by key. The response of `delete_team_api_keys`, which may be a partial
    /// success.
    public struct BulkDeletion: Codable, Hashable, Sendable {
        /// The keys that were deleted.
        public var success: [UUID]
        /// The keys that could not be deleted, and may still work.
        public var failure: [UUID]
        /// The keys that don't exist, maybe because an earlier attempt deleted them.
        public var notFound: [UUID]

        /// Creates a result, for use in tests.
        public init(success: [UUID] = [], failure: [UUID] = [], notFound: [UUID] = []) {
            self.success = success
            self.failure = failure
            self.notFound = notFound
        }

        private enum CodingKeys: String, CodingKey {
            case success, failure
            case notFound = "not_found"
        }

        /// Adds the result of another request.
        mutating func merge(_ other: BulkDeletion) {
            success += other.success
            failure += other.failure
            notFound += other.notFound
        }
    }

    /// A bulk deletion of which one request succeeded and a later one failed.
    ///
    /// The ``/APIKeys/APIError/underlying`` error of
    /// ``JunctionClient/deleteTeamAPIKeys(ids:environment:region:options:)`` in that case; the ``/APIKeys/APIError``
    /// itself says how the later request failed.
    public struct PartialDeletion: Error, Sendable {
        /// The result of the requests that succeeded.
        public var completed: BulkDeletion
        /// The keys that are in none of its lists: those of the request that failed, which may have been deleted, and
        /// those that were never sent.
        public var remaining: [UUID]
        /// The underlying error of the request that failed, if it has one.
        public var underlying: (any Error)?

        /// Creates an error, for use in tests.
        public init(completed: BulkDeletion, remaining: [UUID], underlying: (any Error)? = nil) {
            self.completed = completed
            self.remaining = remaining
            self.underlying = underlying
        }
    }
}

extension Junction.PartialDeletion: PrintableError, CustomReflectable {
    /// One line: how far the deletion came, and what is behind the failure.
    public var description: String {
        let text =
            "\(completed.success.count) keys deleted, \(completed.failure.count) not deleted, "
            + "\(completed.notFound.count) not found, \(remaining.count) remaining"
        return text + (underlying.map { ": \(String(printing: $0))" } ?? "")
    }

    /// A mirror that shows only the type of an error from outside this package.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "completed": completed, "remaining": remaining,
            "underlying": underlying.map { String(printing: $0) } as Any,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
