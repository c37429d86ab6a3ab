/// Why a request is not given to the handler: the status and the text of the answer that its sender gets.
package struct RequestRejection: Error, Hashable {
    package let status: Int
    package let detail: String

    package init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    /// 400
    static func malformed(_ detail: String) -> RequestRejection { RequestRejection(400, detail) }

    static let requestLineTooLong = RequestRejection(414, "The request line is too long")
    static let headersTooLarge = RequestRejection(431, "The header fields are too large")
    static let tooManyHeaders = RequestRejection(431, "There are too many header fields")
    static let bodyTooLarge = RequestRejection(413, "The body is too large")
    static let tooSlow = RequestRejection(408, "The request did not arrive in time")
    static let tooManyConnections = RequestRejection(503, "There are too many connections")
}
