/// Why something that needs a library of the system can't be used, such as a `CurlTransport` or a `PostgresLedger`.
public struct Unavailable: Error, Hashable, Sendable {
    /// What is missing or wrong, and what to do about it.
    public let reason: String

    /// Creates an error, for use in tests.
    public init(reason: String) {
        self.reason = reason
    }

    /// The same as ``reason``.
    public var description: String { reason }
}
