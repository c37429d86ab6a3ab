package import Foundation

/// How a response is read: what an operation's success is worth.
package struct Reading<Value: Sendable>: Sendable {
    /// The member that holds a secret, if there is one.
    let secret: SecretMember?
    let decode: @Sendable (Data) throws -> Value

    package init(secret: SecretMember? = nil, decode: @escaping @Sendable (Data) throws -> Value) {
        self.secret = secret
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
        Reading(secret: secrets.map { .listed($0) }) { try JSON.value(type, from: $0)[keyPath: member] }
    }
}

/// The member of a response that holds a secret, by its name. What it holds is in no text of an error.
package enum SecretMember: Sendable {
    /// A new one: looked for in a response that does not fit its schema.
    case new(String)
    /// One of each element of a list.
    case listed(String)

    var name: String {
        switch self {
        case .new(let name), .listed(let name): name
        }
    }
}

extension Reading where Value: Decodable {
    /// JSON of the value's type.
    package static var json: Reading { Reading { try JSON.value(Value.self, from: $0) } }
}

extension Reading where Value: Decodable & SecretBearing {
    /// JSON that holds a new secret in a member of this name. One that is empty is none.
    package static func newSecret(_ field: String) -> Reading {
        Reading(secret: .new(field)) { data in
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
