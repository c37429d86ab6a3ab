public import Foundation

/// An HTTP request as a transport gets it: complete, including the credential.
///
/// Its printed forms show no more than the method, the URL without user info and query, the names of the headers and
/// the size of the body.
public struct HTTPRequest: Hashable, Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The URL, with every path segment and query value percent-encoded.
    public var url: URL
    /// The header fields, the credential among them.
    public var headers: HTTPHeaders
    /// The body, or `nil` for a request without one.
    public var body: Data?
    /// How long this attempt may take in all. The client enforces it, so that a transport may treat it as a hint.
    public var timeout: Duration
    /// How many bytes a response body may have after content decoding.
    public var maximumResponseBytes: Int

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - url: The URL.
    ///   - headers: The header fields; none by default.
    ///   - body: The body; none by default.
    ///   - timeout: How long this attempt may take in all; 30 seconds by default.
    ///   - maximumResponseBytes: How many bytes a response body may have; 4 MiB by default.
    public init(
        method: HTTPMethod,
        url: URL,
        headers: HTTPHeaders = [:],
        body: Data? = nil,
        timeout: Duration = .seconds(30),
        maximumResponseBytes: Int = 4 * 1024 * 1024
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
    }
}

extension HTTPRequest {
    /// Throws if a transport must not send the request as it is, or for a reason of its own.
    package func check(_ reason: @autoclosure () -> String? = nil) throws(APIError) {
        let isToken = HTTPHeaders.isToken(method.rawValue)
        guard let problem = isToken ? headers.problem ?? reason() : "the method is not a token" else { return }
        throw APIError(kind: .invalidRequest(problem), outcome: .notProcessed, provider: "", operation: "")
    }
}

extension HTTPRequest: OneDescription, CustomReflectable {
    /// The method and the URL without user info and query: `POST https://api.example.com/v1/keys`.
    public var description: String { "\(method) \(url.printed)" }

    /// A mirror that shows no user info, no query, no header value and no body.
    public var customMirror: Mirror {
        let size = body.map { "\($0.count) bytes" } ?? "none"
        return Mirror(
            self,
            children: ["method": method, "url": url.printed, "headers": headers, "body": size, "timeout": timeout],
            displayStyle: .struct
        )
    }
}

/// The method of an HTTP request, such as `GET` or `POST`.
///
/// An open set: ``init(rawValue:)`` takes any token. See RFC 9110, section 9.
public struct HTTPMethod: WireName, Hashable, Sendable {
    /// The method as it stands in the request line.
    public let rawValue: String

    /// Creates a method from its name, which is used as it is: methods are case-sensitive.
    ///
    /// - Parameter rawValue: The method's name, such as `"GET"`.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// `GET`
    public static let get = HTTPMethod(rawValue: "GET")
    /// `POST`
    public static let post = HTTPMethod(rawValue: "POST")
    /// `PUT`
    public static let put = HTTPMethod(rawValue: "PUT")
    /// `PATCH`
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// `DELETE`
    public static let delete = HTTPMethod(rawValue: "DELETE")
}
