package import Foundation

// Wire forms of dates and UUIDs for synthesized `Codable`.
//
// The compiler writes calls such as `container.decode(Date.self, forKey: .createdAt)`. In a file of this package that
// imports APIKeys, they resolve to the overloads below instead of the standard library's generic methods, so every
// decoder and encoder reads and writes a model alike, whatever its date strategy. A model doesn't show this;
// `ModelCase` in Tests/TestSupport fails if a model misses it. Models outside this package keep their coder's
// strategies.

extension KeyedDecodingContainer {
    /// Reads a date-time; see ``RFC3339``.
    package func decode(_ type: Date.Type, forKey key: Key) throws -> Date {
        guard let date = RFC3339.date(from: try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "Expected an RFC 3339 date-time.")
        }
        return date
    }

    /// Reads a date-time that may be `null` or absent.
    package func decodeIfPresent(_ type: Date.Type, forKey key: Key) throws -> Date? {
        try contains(key) ? decodeNullable(type, forKey: key) : nil
    }

    /// Reads a date-time that may be `null`, but not absent.
    package func decodeNullable(_ type: Date.Type, forKey key: Key) throws -> Date? {
        try decodeNil(forKey: key) ? nil : decode(type, forKey: key)
    }

    /// Reads a UUID in either case.
    package func decode(_ type: UUID.Type, forKey key: Key) throws -> UUID {
        guard let id = UUID.fromWire(try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "Expected a UUID.")
        }
        return id
    }

    /// Reads a value that may be `null`, but not absent. The compiler writes no such call: for it, an optional member
    /// may be absent.
    package func decodeNullable<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try decode(Value?.self, forKey: key)
    }
}

extension KeyedEncodingContainer {
    /// Writes a date-time as `2024-05-01T12:00:00.141153Z`; see ``RFC3339``.
    package mutating func encode(_ date: Date, forKey key: Key) throws {
        guard let text = RFC3339.text(from: date) else {
            let context = EncodingError.Context(
                codingPath: codingPath + [key], debugDescription: "The date is outside the years 0 to 9999.")
            throw EncodingError.invalidValue(date, context)
        }
        try encode(text, forKey: key)
    }

    /// Writes a date-time, or `null`.
    package mutating func encode(_ date: Date?, forKey key: Key) throws {
        if let date { try encode(date, forKey: key) } else { try encodeNil(forKey: key) }
    }

    /// Writes a date-time, or nothing.
    package mutating func encodeIfPresent(_ date: Date?, forKey key: Key) throws {
        if let date { try encode(date, forKey: key) }
    }

    /// Writes a UUID in lower case.
    package mutating func encode(_ id: UUID, forKey key: Key) throws {
        try encode(id.wireValue, forKey: key)
    }

    /// Writes a UUID in lower case, or `null`.
    package mutating func encode(_ id: UUID?, forKey key: Key) throws {
        try encode(id?.wireValue, forKey: key)
    }

    /// Writes a UUID in lower case, or nothing.
    package mutating func encodeIfPresent(_ id: UUID?, forKey key: Key) throws {
        try encodeIfPresent(id?.wireValue, forKey: key)
    }

    /// Writes UUIDs in lower case.
    package mutating func encode(_ ids: [UUID], forKey key: Key) throws {
        try encode(ids.map(\.wireValue), forKey: key)
    }
}

/// The members of a model whose optional ones may be `null`, but not absent. `CodingKeys` conform to it.
package protocol NullableKey: CodingKey {}

extension KeyedDecodingContainer where Key: NullableKey {
    /// Reads a value that may be `null`, but not absent.
    package func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try decodeNullable(type, forKey: key)
    }

    /// Reads a date-time that may be `null`, but not absent.
    package func decodeIfPresent(_ type: Date.Type, forKey key: Key) throws -> Date? {
        try decodeNullable(type, forKey: key)
    }

    /// Reads a text that may be `null`, but not absent.
    package func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try decodeNullable(type, forKey: key)
    }
}

extension KeyedEncodingContainer where Key: NullableKey {
    /// Writes a value, or `null`.
    package mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        try encode(value, forKey: key)
    }

    /// Writes a date-time, or `null`.
    package mutating func encodeIfPresent(_ date: Date?, forKey key: Key) throws {
        try encode(date, forKey: key)
    }
}
