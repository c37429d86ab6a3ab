public import Foundation

extension Junction {
    /// A bulk deletion of which an earlier request was carried out and a later one failed.
    ///
    /// The ``APIError/underlying`` error of ``JunctionClient/deleteTeamAPIKeys(ids:environment:region:options:)`` in that
    /// case; the ``APIError`` itself says what went wrong with the later request.
    public struct PartialDeletion: Error, Sendable {
        /// What the earlier requests did.
        public var completed: BulkDeletion
        /// The keys that are in none of its lists: those of the request that failed, which may have been deleted, and
        /// those that were not sent any more.
        public var remaining: [UUID]
        /// The error behind the one of the later request, where there is one.
        public var underlying: (any Error)?

        /// Makes the error, as a test would.
        ///
        /// - Parameters:
        ///   - completed: What the earlier requests did.
        ///   - remaining: The keys that are in none of its lists.
        ///   - underlying: The error behind the one of the later request.
        public init(completed: BulkDeletion, remaining: [UUID], underlying: (any Error)? = nil) {
            self.completed = completed
            self.remaining = remaining
            self.underlying = underlying
        }
    }
}
