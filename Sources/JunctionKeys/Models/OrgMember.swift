import APIKeys
public import Foundation

extension Junction {
    /// A member of the organization, as the creator of a management key. Schema `Creator`, type `org_member`.
    public struct OrgMember: Hashable, Sendable, Identifiable {
        /// The member's id.
        public var id: UUID
        /// The member's name.
        public var name: String
        /// The member's e-mail address.
        public var email: String
        /// Where the member's picture is.
        public var avatar: String

        /// Makes a member, as a test would.
        ///
        /// - Parameters:
        ///   - id: The member's id.
        ///   - name: The member's name.
        ///   - email: The member's e-mail address.
        ///   - avatar: Where the member's picture is.
        public init(id: UUID, name: String, email: String, avatar: String) {
            self.id = id
            self.name = name
            self.email = email
            self.avatar = avatar
        }
    }
}

extension Junction.OrgMember: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, email, avatar
    }

    /// Reads a member from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        email = try container.decode(String.self, forKey: .email)
        avatar = try container.decode(String.self, forKey: .avatar)
    }

    /// Writes the API's JSON, without the `type` that ``Junction/Creator`` adds.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(email, forKey: .email)
        try container.encode(avatar, forKey: .avatar)
    }
}
