public import Foundation

/// The status, header fields and request ID of a successful call's response.
public struct ResponseMetadata: Hashable, Sendable {
    /// The status, such as 201.
    public var status: Int
    /// The header fields. Only their names are printed; secrets in names are redacted.
    public var headers: HTTPHeaders
    /// The server's request ID, from one of the header fields that ``APIError/requestID`` names. Quote it to support.
    public var requestID: String?
    /// The call's ID, the same as in its ``ClientEvent``s and in ``MiddlewareContext``.
    public var callID: UUID?
    /// The number of attempts that the call took.
    public var attempts: Int

    /// Creates metadata, for use in tests.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The header fields.
    ///   - requestID: The server's request ID.
    ///   - callID: The call's ID.
    ///   - attempts: The number of attempts that the call took.
    public init(
        status: Int, headers: HTTPHeaders = [:], requestID: String? = nil, callID: UUID? = nil, attempts: Int = 1
    ) {
        self.status = status
        self.headers = headers
        self.requestID = requestID
        self.callID = callID
        self.attempts = attempts
    }

    @TaskLocal static var collector: Locked<ResponseMetadata?>?
}

/// Runs calls, and returns their result with the metadata of the last successful response.
///
/// ```swift
/// let (key, response) = try await withResponseMetadata {
///     try await client.createTeamAPIKey(label: "ci", teamID: team, environment: .production, region: .us)
/// }
/// print(response?.requestID ?? "no request id", response?.attempts ?? 0)
/// ```
///
/// - Parameters:
///   - isolation: The actor to run on; the caller's by default.
///   - body: The calls.
/// - Returns: What the closure returns, and the metadata, which is `nil` if no call succeeded.
/// - Throws: What the closure throws.
public func withResponseMetadata<Value, Failure: Error>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(Failure) -> Value
) async throws(Failure) -> (value: Value, response: ResponseMetadata?) {
    let collector = Locked<ResponseMetadata?>(nil)
    let result = await ResponseMetadata.$collector.withValue(collector) { () async -> Result<Value, Failure> in
        do throws(Failure) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
    return (try result.get(), collector.withLock { $0 })
}
