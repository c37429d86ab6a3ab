import APIKeys
import Foundation

/// What the conformance application starts with; see `app/state.py` beside this folder.
enum Conformance {
    /// The server that `Tests/Conformance/run` started.
    static let configuration = ClientConfiguration(
        baseURL: ProcessInfo.processInfo.environment["CONFORMANCE_URL"].flatMap(URL.init(string:)),
        retry: .none)

    /// The error that a closure throws.
    static func failure(_ body: () async throws(APIError) -> some Any) async throws -> APIError {
        do {
            let value = try await body()
            throw Unexpected(value: "\(value)")
        } catch let error as APIError {
            return error
        }
    }
}

/// A call succeeded that had to fail.
struct Unexpected: Error {
    var value: String
}
