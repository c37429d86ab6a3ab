package import APIKeys
import Foundation

extension HTTPResponse {
    /// An answer with JSON, the members of objects in alphabetical order.
    static func json(_ body: JSONValue, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return HTTPResponse(status: status, headers: headers, body: Data(body.json.utf8))
    }

    static func json(_ members: [String: JSONValue], status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .json(.object(members), status: status, headers: headers)
    }
}

/// Why a request is not carried out: what an `HTTPException` is to FastAPI.
package struct Rejection: Error, Hashable {
    package let status: Int
    let detail: JSONValue
    var headers: HTTPHeaders = [:]
    /// What is wrong with the parameters and the body, if that is why.
    var errors: [InputError] = []

    init(_ status: Int, _ detail: JSONValue, headers: HTTPHeaders = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    package init(_ status: Int, _ detail: String, headers: HTTPHeaders = [:]) {
        self.init(status, .string(detail), headers: headers)
    }

    init(_ errors: [InputError]) {
        self.init(422, .array(errors.map(\.value)))
        self.errors = errors
    }

    /// The answer of a framework that knows no more: `{"detail": …}`.
    package var response: HTTPResponse { .json(["detail": detail], status: status, headers: headers) }
}
