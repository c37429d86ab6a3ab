package import Foundation

// Members that must be there and may be `null`. Those that may be absent have the forms that end in `IfPresent`.

extension KeyedDecodingContainer {
    /// Reads a value that may be `null`, not absent.
    package func decodeNullable<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try decode(Value?.self, forKey: key)
    }

    /// Reads a date-time that may be `null`, not absent.
    package func decodeNullableTimestamp(forKey key: Key) throws -> Date? {
        try decodeNil(forKey: key) ? nil : decodeTimestamp(forKey: key)
    }
}

extension KeyedEncodingContainer {
    /// Writes a date-time, or `null`.
    package mutating func encodeNullableTimestamp(_ date: Date?, forKey key: Key) throws {
        if let date { try encodeTimestamp(date, forKey: key) } else { try encodeNil(forKey: key) }
    }

    /// Writes a UUID in lower case, or `null`.
    package mutating func encodeNullableUUID(_ id: UUID?, forKey key: Key) throws {
        try encode(id?.wireValue, forKey: key)
    }

    /// Writes UUIDs in lower case.
    package mutating func encodeUUIDs(_ ids: [UUID], forKey key: Key) throws {
        try encode(ids.map(\.wireValue), forKey: key)
    }
}
