package import Foundation

/// The JSON settings that every request and response shares.
package enum JSON {
    /// Writes a request body: members in alphabetical order, so that equal values make equal bytes.
    ///
    /// - Throws: ``InvalidInput`` for a value that JSON can't hold, such as a number that is not finite.
    package static func body(_ value: some Encodable) throws(InvalidInput) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value)
        } catch EncodingError.invalidValue(_, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw InvalidInput("the request body can't be encoded\(path.isEmpty ? "" : ": \(path)")")
        } catch {
            throw InvalidInput("the request body can't be encoded")
        }
    }

    /// Reads a value from a response body.
    ///
    /// - Throws: `DecodingError`.
    package static func value<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        // In a small body, what a tree costs is more than what it saves.
        if data.count > 4096 { decoder.userInfo[.jsonTree] = JSONTree(data) }
        return try decoder.decode(type, from: data)
    }

    /// Reads any JSON, in a time that grows linearly with the data.
    ///
    /// - Throws: `DecodingError`, also for JSON that nests more than 128 deep.
    package static func tree(from data: Data) throws -> JSONValue {
        try JSONTree(data).value()
    }
}
