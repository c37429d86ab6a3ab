package import Foundation

// The wire forms of dates and UUIDs, for `Codable` that the compiler writes.
//
// The compiler writes calls such as `container.decode(Date.self, forKey: .createdAt)`, and in a module of this package
// that imports APIKeys they find the overloads below before the generic methods of the standard library. A model is
// therefore read and written in the same way by every decoder and encoder, whatever its date strategy. Nothing shows
// this in a model; `ModelCase` in Tests/TestSupport fails for a model that misses it. Users' own models are untouched.

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
