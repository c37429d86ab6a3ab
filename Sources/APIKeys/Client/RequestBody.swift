import Foundation

/// What a request carries, before it is bytes.
package enum RequestBody: Sendable {
    /// `application/json`
    case json(any Encodable & Sendable)
    /// `application/x-www-form-urlencoded`
    case form([QueryItem])

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        }
    }

    func data() throws(InvalidInput) -> Data {
        switch self {
        case .json(let value): try JSON.body(value)
        case .form(let items): Data(items.encoded.dropFirst().utf8)
        }
    }
}
