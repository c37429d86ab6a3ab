/// The body of a 422: which values of the request the server refuses, and why.
///
/// The schema `HTTPValidationError` that FastAPI applications publish.
public struct HTTPValidationError: Hashable, Sendable {
    /// What the server refuses, an entry per value; empty where none of the body's entries could be read.
    public var detail: [ValidationError]

    /// Makes a validation error.
    ///
    /// - Parameter detail: What the server refuses.
    public init(detail: [ValidationError]) {
        self.detail = detail
    }
}

extension HTTPValidationError: Codable {
    private enum CodingKeys: String, CodingKey {
        case detail
    }

    /// Reads the body of a 422; `detail` may be absent.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` where `detail` is no array of entries.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        detail = try container.decodeIfPresent([ValidationError].self, forKey: .detail) ?? []
    }

    /// The entries of an error body that can be read; the others are left out.
    package init(readableIn body: JSONValue?) {
        if case .array(let entries)? = body?["detail"] {
            detail = entries.compactMap(ValidationError.init)
        } else {
            detail = []
        }
    }
}

extension HTTPValidationError: CustomStringConvertible {
    /// The entries, separated by semicolons: `body.label: Field required (missing)`.
    public var description: String {
        detail.map(\.description).joined(separator: "; ")
    }
}
