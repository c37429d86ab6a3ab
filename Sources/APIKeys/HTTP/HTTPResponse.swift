public import Foundation

/// An HTTP response: its status, header fields and whole body.
///
/// Its printed forms show no more than the status, the number of header fields and the size of the body, which may hold
/// a new secret.
public struct HTTPResponse: Hashable, Sendable {
    /// The status code, such as 200.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body after content decoding; empty if there is none.
    public var body: Data

    /// Creates a response.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields; none by default.
    ///   - body: The body; empty by default.
    public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the status says that the request was carried out (2xx).
    package var isSuccess: Bool { (200..<300).contains(status) }
}

extension HTTPResponse: OneDescription, CustomReflectable {
    /// The status and the size of the body: `200, 214 bytes`.
    public var description: String { "\(status), \(body.count) bytes" }

    /// A mirror that shows no header name and no body: the server chooses both.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["status": status, "headers": "\(headers.fields.count) fields", "body": "\(body.count) bytes"],
            displayStyle: .struct
        )
    }
}
