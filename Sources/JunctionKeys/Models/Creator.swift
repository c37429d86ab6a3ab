public import APIKeys
public import Foundation

extension Junction {
    /// Who created a management key. Schema `Creator`, told apart by `type`. Later versions may add cases: keep a
    /// `default` in a `switch`.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Creator: Hashable, Sendable {
        /// A member of the organization.
        case orgMember(OrgMember)
        /// Somebody who is no member any more; the id may be gone too.
        case removedOrgMember(id: UUID?)
        /// The provider's own staff.
        case vitalStaff
        /// Another management key.
        case managementKey
        /// A type that this version does not know, with its whole JSON.
        case unknown(JSONValue)
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

    /// Reads a creator from the API's JSON. A type that is not known becomes ``unknown(_:)``.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON without a type, and for a known type that does not fit its schema.
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

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        if case .unknown(let json) = self { return try json.encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .orgMember(let member):
            try container.encode(Self.orgMemberType, forKey: .type)
            try member.encode(to: encoder)
        case .removedOrgMember(let id):
            try container.encode(Self.removedOrgMemberType, forKey: .type)
            try container.encodeNullableUUID(id, forKey: .id)
        case .vitalStaff: try container.encode(Self.vitalStaffType, forKey: .type)
        case .managementKey: try container.encode(Self.managementKeyType, forKey: .type)
        case .unknown: break
        }
    }
}
