package import APIKeys
import Foundation

/// The answer to a call.
struct Answer: Sendable {
    var status = 200
    var headers: HTTPHeaders = [:]
    /// The JSON of the body; `nil` for an empty one.
    var body: JSONValue?

    static func json(_ body: JSONValue, status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        Answer(status: status, headers: headers, body: body)
    }

    static func json(_ members: [String: JSONValue], status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        Answer(status: status, headers: headers, body: .object(members))
    }

    /// The answer of a framework that knows no more: `{"detail": …}`.
    static func detail(_ detail: JSONValue, status: Int, headers: HTTPHeaders = [:]) -> Answer {
        .json(["detail": detail], status: status, headers: headers)
    }

    static func detail(_ detail: String, status: Int, headers: HTTPHeaders = [:]) -> Answer {
        .detail(.string(detail), status: status, headers: headers)
    }

    /// The reply as it goes out, the members of objects in alphabetical order.
    var response: HTTPResponse {
        guard let body else { return HTTPResponse(status: status, headers: headers) }
        var headers = headers
        headers["Content-Type"] = "application/json"
        return HTTPResponse(status: status, headers: headers, body: Data(body.json.utf8))
    }
}

/// Why a request is not carried out: what an `HTTPException` is to FastAPI.
package struct Rejection: Error, Hashable {
    package let status: Int
    let detail: JSONValue
    var headers: HTTPHeaders = [:]

    init(_ status: Int, _ detail: JSONValue, headers: HTTPHeaders = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    package init(_ status: Int, _ detail: String, headers: HTTPHeaders = [:]) {
        self.init(status, .string(detail), headers: headers)
    }

    /// The answer: `{"detail": …}`.
    package var response: HTTPResponse {
        Answer.detail(detail, status: status, headers: headers).response
    }
}

/// What is wrong with the parameters and the body of a request.
struct Invalid: Error {
    let errors: [InputError]
}
