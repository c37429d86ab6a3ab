import Foundation

extension APIError {
    /// Reads a value from the last response's body: the details that a provider documents for an error.
    ///
    /// Use this rather than a `JSONDecoder`: on Linux, some bodies make a `JSONDecoder` end the process.
    ///
    /// - Parameter type: The type of the value.
    /// - Returns: The value.
    /// - Throws: `DecodingError` if there is no body, or if it does not fit the type.
    public func decodeResponseBody<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSON.value(type, from: responseBody ?? Data())
    }
}
