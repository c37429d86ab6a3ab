package import Foundation

/// How a response is read: what an operation's success is worth.
package struct Reading<Value: Sendable>: Sendable {
    /// The member of the response that holds a new secret; looked for in a response that does not fit its schema.
    let secretField: String?
    /// The member of a list's elements that holds a secret, which is then in no text of an error.
    var listedSecretField: String?
    let decode: @Sendable (Data) throws -> Value

    package init(secretField: String? = nil, decode: @escaping @Sendable (Data) throws -> Value) {
        self.secretField = secretField
        self.decode = decode
    }

    /// JSON that holds the value.
    ///
    /// - Parameters:
    ///   - type: What the JSON holds.
    ///   - member: Where the value is in it.
    ///   - secrets: The member of each element that holds a secret, if there is one.
    /// - Returns: How it is read.
    package static func json<Body: Decodable & Sendable>(
        _ type: Body.Type, _ member: any KeyPath<Body, Value> & Sendable, secrets: String? = nil
    ) -> Reading {
        var reading = Reading { try JSON.value(type, from: $0)[keyPath: member] }
        reading.listedSecretField = secrets
        return reading
    }
}

extension Reading where Value: Decodable {
    /// JSON of the value's type.
    package static var json: Reading { Reading { try JSON.value(Value.self, from: $0) } }
}

extension Reading where Value: Decodable & SecretBearing {
    /// JSON that holds a new secret in a member of this name. One that is empty is none.
    package static func newSecret(_ field: String) -> Reading {
        Reading(secretField: field) { data in
            let value = try JSON.value(Value.self, from: data)
            guard !value.secret.reveal().isEmpty else { throw EmptySecret(field: field) }
            return value
        }
    }
}

extension Reading where Value == Void {
    /// Whatever the body holds.
    package static var nothing: Reading { Reading { _ in } }
}

/// A success whose new secret is an empty text.
private struct EmptySecret: ExplainedError {
    let field: String
    var explanation: String { "\(field) is empty" }
}
