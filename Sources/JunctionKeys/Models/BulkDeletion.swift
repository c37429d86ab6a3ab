import APIKeys
public import Foundation

extension Junction {
    /// What a bulk deletion did to each key. The response of `delete_team_api_keys`: its success may be a partial one.
    public struct BulkDeletion: Hashable, Sendable {
        /// The keys that were deleted.
        public var success: [UUID]
        /// The keys that could not be deleted: they may still open what they opened.
        public var failure: [UUID]
        /// The keys that do not exist, maybe because an earlier try deleted them.
        public var notFound: [UUID]

        /// Makes a result, as a test would.
        ///
        /// - Parameters:
        ///   - success: The keys that were deleted.
        ///   - failure: The keys that could not be deleted.
        ///   - notFound: The keys that do not exist.
        public init(success: [UUID] = [], failure: [UUID] = [], notFound: [UUID] = []) {
            self.success = success
            self.failure = failure
            self.notFound = notFound
        }

        /// Adds what another request did.
        mutating func merge(_ other: BulkDeletion) {
            success += other.success
            failure += other.failure
            notFound += other.notFound
        }
    }
}

extension Junction.BulkDeletion: Codable {
    private enum CodingKeys: String, CodingKey {
        case success, failure
        case notFound = "not_found"
    }

    /// Reads a result from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        success = try container.decode([UUID].self, forKey: .success)
        failure = try container.decode([UUID].self, forKey: .failure)
        notFound = try container.decode([UUID].self, forKey: .notFound)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUIDs(success, forKey: .success)
        try container.encodeUUIDs(failure, forKey: .failure)
        try container.encodeUUIDs(notFound, forKey: .notFound)
    }
}
