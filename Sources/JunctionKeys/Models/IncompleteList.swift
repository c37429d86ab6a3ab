import APIKeys

extension Junction {
    /// A list of management keys that goes on behind its first page, which is all that can be asked for.
    ///
    /// The ``APIError/underlying`` error of ``JunctionClient/managementKeys(teamID:role:options:)`` in that case.
    public struct IncompleteList: Error, Hashable, Sendable {
        /// The keys that were received.
        public var keys: [ManagementKey]
        /// The server's mark for those that were not.
        public var nextCursor: String

        /// Makes the error, as a test would.
        ///
        /// - Parameters:
        ///   - keys: The keys that were received.
        ///   - nextCursor: The server's mark for those that were not.
        public init(keys: [ManagementKey], nextCursor: String) {
            self.keys = keys
            self.nextCursor = nextCursor
        }
    }
}

extension Junction.IncompleteList: ExplainedError {
    package var explanation: String {
        "the list goes on, and no way is published to ask for the rest; narrow it by team or role"
    }
}
