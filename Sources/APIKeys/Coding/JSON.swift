package import Foundation

/// The JSON settings that every request and response shares.
package enum JSON {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// Writes a request body: members in alphabetical order, so that equal values make equal bytes.
    ///
    /// - Throws: ``InvalidInput`` for a value that JSON can't hold, such as a number that is not finite.
    package static func body(_ value: some Encodable) throws(InvalidInput) -> Data {
        do {
            return try encoder.encode(value)
        } catch EncodingError.invalidValue(_, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw InvalidInput("the request body can't be encoded\(path.isEmpty ? "" : ": \(path)")")
        } catch {
            throw InvalidInput("the request body can't be encoded")
        }
    }

    /// Reads a value from JSON: a response body, a line of a file. Every byte may come from anybody.
    ///
    /// - Throws: `DecodingError` for what is not JSON, nests more than 512 deep, or does not fit the type; another
    ///   ``ExplainedError`` for a ``Secret`` that is ambiguous.
    package static func value<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        guard let node = JSONNode.reading(data) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "The body is not JSON."))
        }
        return try JSONNodeDecoder(node).decode(type)
    }
}
