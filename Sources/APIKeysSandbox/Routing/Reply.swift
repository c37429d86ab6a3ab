import APIKeys
import Foundation

/// What a call is answered with.
struct Reply: Sendable {
    var status = 200
    var headers: HTTPHeaders = [:]
    /// The JSON of the body; `nil` for an empty one.
    var body: WireValue?

    static func json(_ body: WireValue, status: Int = 200, headers: HTTPHeaders = [:]) -> Reply {
        Reply(status: status, headers: headers, body: body)
    }

    /// The answer of a framework that knows no more: `{"detail": …}`.
    static func detail(_ detail: WireValue, status: Int, headers: HTTPHeaders = [:]) -> Reply {
        .json(["detail": detail], status: status, headers: headers)
    }

    /// The reply as it goes out. One that cannot be written goes out as the 500 that the application fails with.
    var response: HTTPResponse {
        // FastAPI names the type of an empty body, too.
        var headers = headers
        headers["Content-Type"] = "application/json"
        do throws(WireValue.Unwritable) {
            return HTTPResponse(status: status, headers: headers, body: Data(try body?.text().utf8 ?? "".utf8))
        } catch {
            headers = ["Content-Type": "text/plain; charset=utf-8"]
            return HTTPResponse(status: 500, headers: headers, body: Data("Internal Server Error".utf8))
        }
    }
}
