package import Foundation

extension KeyedDecodingContainer {
    /// Reads a date-time; see ``RFC3339``. In models rather than in a decoder's strategy, so that any decoder will do.
    package func decodeTimestamp(forKey key: Key) throws -> Date {
        let text = try decode(String.self, forKey: key)
        guard let date = RFC3339.date(from: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "Expected an RFC 3339 date-time.")
        }
        return date
    }

    /// Reads a date-time that may be `null` or absent.
    package func decodeTimestampIfPresent(forKey key: Key) throws -> Date? {
        try contains(key) && !decodeNil(forKey: key) ? decodeTimestamp(forKey: key) : nil
    }
}

extension KeyedEncodingContainer {
    /// Writes a date-time as `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    package mutating func encodeTimestamp(_ date: Date, forKey key: Key) throws {
        guard let text = RFC3339.text(from: date) else {
            let context = EncodingError.Context(
                codingPath: codingPath + [key], debugDescription: "The date is outside the years 0 to 9999.")
            throw EncodingError.invalidValue(date, context)
        }
        try encode(text, forKey: key)
    }

    /// Writes a date-time where there is one.
    package mutating func encodeTimestampIfPresent(_ date: Date?, forKey key: Key) throws {
        if let date { try encodeTimestamp(date, forKey: key) }
    }

    /// Writes a UUID in lower case.
    package mutating func encodeUUID(_ id: UUID, forKey key: Key) throws {
        try encode(id.wireValue, forKey: key)
    }
}
