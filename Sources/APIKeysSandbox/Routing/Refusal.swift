import APIKeys

/// Why a call with right parameters is not carried out: what an `HTTPException` is to FastAPI.
struct Refusal: Error, Sendable {
    let status: Int
    let detail: WireValue
    var headers: HTTPHeaders = [:]

    init(_ status: Int, _ detail: WireValue, headers: HTTPHeaders = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }
}
