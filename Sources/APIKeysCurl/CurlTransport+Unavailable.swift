extension CurlTransport {
    /// Why there is no transport.
    public struct Unavailable: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is missing or wrong, and what to do about it.
        public let reason: String

        /// The same as ``reason``.
        public var description: String { reason }
    }
}
