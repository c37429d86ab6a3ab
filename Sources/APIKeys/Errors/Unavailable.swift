/// Why a type that needs a system library, such as `CurlTransport` or `PostgresLedger`, can't be used.
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
