public import APIKeys
public import Foundation

extension Junction {
    /// Who created a management key. Schema `Creator`, a union that `type` tells apart.
    ///
    /// Later versions may add cases. In a `switch`, write `@unknown default` after all of today's cases, or `default`
    /// after some of them.
    #if compiler(>=6.2.3) && hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Creator: Hashable, Sendable {
        /// A member of the organization.
        case orgMember(OrgMember)
        /// A former member of the organization. The ID may be gone too.
        case removedOrgMember(id: UUID?)
        /// The provider's own staff.
        case vitalStaff
        /// Another management key.
        case managementKey
        /// A type that this version doesn't know, with its whole JSON.
        case unknown(JSONValue)
    }

    /// A member of the organization, as the creator of a management key. Schema `Creator`, type `org_member`.
    ///
    /// The member alone is encoded without the `type`, which ``Creator`` adds.
    public struct OrgMember: Codable, Hashable, Sendable, Identifiable {
        /// The member's ID.
        public var id: UUID
        /// The member's name.
        public var name: String
        /// The member's email address.
        public var email: String
        /// The URL of the member's picture.
        public var avatar: String

        /// Creates a member, for use in tests.
        public init(id: UUID, name: String, email: String, avatar: String) {
            self.id = id
            self.name = name
            self.email = email
            self.avatar = avatar
        }
    }
}

extension Junction.Creator: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, id
    }

    private static let orgMemberType = "org_member"
    private static let removedOrgMemberType = "removed_org_member"
    private static let vitalStaffType = "vital_staff"
    private static let managementKeyType = "management_key"

    /// Decodes the API's JSON. A type that this version doesn't know becomes ``unknown(_:)``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .type) {
        case Self.orgMemberType: self = .orgMember(try Junction.OrgMember(from: decoder))
        case Self.removedOrgMemberType:
            self = .removedOrgMember(id: try container.decodeNullable(UUID.self, forKey: .id))
        case Self.vitalStaffType: self = .vitalStaff
        case Self.managementKeyType: self = .managementKey
        default: self = .unknown(try JSONValue(from: decoder))
        }
    }

    /// Encodes the API's JSON.
    public func encode(to encoder: any Encoder) throws {
        if case .unknown(let json) = self { return try json.encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .orgMember(let member):
            try container.encode(Self.orgMemberType, forKey: .type)
            try member.encode(to: encoder)
        case .removedOrgMember(let id):
            try container.encode(Self.removedOrgMemberType, forKey: .type)
            try container.encode(id, forKey: .id)
        case .vitalStaff: try container.encode(Self.vitalStaffType, forKey: .type)
        case .managementKey: try container.encode(Self.managementKeyType, forKey: .type)
        case .unknown: break
        }
    }
}
