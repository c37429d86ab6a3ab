public import APIKeys
public import Foundation

extension Junction {
    /// A management key without its secret, which is shown once. Schema `ManagementKey`.
    public struct ManagementKey: Codable, Hashable, Sendable, Identifiable {
        /// The key's ID.
        public var id: UUID
        /// The key's label.
        public var label: String
        /// When the key was created.
        public var createdAt: Date
        /// Who created the key.
        public var creator: Creator
        /// What the key may manage.
        public var role: Role
        /// The teams that the key is bound to, or `nil` if the server sends `null`.
        public var teamRoleBindings: [TeamRoleBinding]?

        /// Creates a key, for use in tests.
        public init(
            id: UUID,
            label: String,
            createdAt: Date,
            creator: Creator,
            role: Role,
            teamRoleBindings: [TeamRoleBinding]?
        ) {
            self.id = id
            self.label = label
            self.createdAt = createdAt
            self.creator = creator
            self.role = role
            self.teamRoleBindings = teamRoleBindings
        }

        private enum CodingKeys: String, NullableKey {
            case id, label, creator, role
            case createdAt = "created_at"
            case teamRoleBindings = "team_role_bindings"
        }
    }

    /// A team that a management key is bound to. Schema `TeamRoleBinding`.
    public struct TeamRoleBinding: Codable, Hashable, Sendable {
        /// The team.
        public var teamID: UUID

        /// Creates a binding.
        public init(teamID: UUID) {
            self.teamID = teamID
        }

        private enum CodingKeys: String, CodingKey {
            case teamID = "team_id"
        }
    }

    /// A new management key with its secret. The response of `create_management_key`.
    ///
    /// The properties of ``managementKey`` are properties of this type too.
    @dynamicMemberLookup
    public struct CreatedManagementKey: Hashable, Sendable, Identifiable, SecretBearing {
        /// The key without its secret, as the list returns it. Holds nothing confidential.
        public var managementKey: ManagementKey
        /// The key itself, shown only once.
        public var key: Secret

        /// Creates a key, for use in tests.
        public init(managementKey: ManagementKey, key: Secret) {
            self.managementKey = managementKey
            self.key = key
        }

        /// The key's ID.
        public var id: UUID { managementKey.id }

        /// The key itself: ``key``.
        public var secret: Secret { key }

        /// A property of ``managementKey``.
        public subscript<Value>(dynamicMember property: KeyPath<ManagementKey, Value>) -> Value {
            managementKey[keyPath: property]
        }
    }

    /// A list of management keys that is longer than its first page; Junction publishes no way to request the rest.
    ///
    /// The ``/APIKeys/APIError/underlying`` error of ``JunctionClient/managementKeys(teamID:role:options:)`` in that
    /// case.
    public struct IncompleteList: Error, Hashable, Sendable {
        /// The keys of the first page.
        public var keys: [ManagementKey]
        /// The server's cursor for the next page.
        public var nextCursor: String

        /// Creates an error, for use in tests.
        public init(keys: [ManagementKey], nextCursor: String) {
            self.keys = keys
            self.nextCursor = nextCursor
        }
    }
}

// By hand: one object on the wire, the listed key's members and the secret.
extension Junction.CreatedManagementKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case key
    }

    /// Decodes the API's JSON.
    public init(from decoder: any Decoder) throws {
        managementKey = try Junction.ManagementKey(from: decoder)
        key = try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .key)
    }

    /// Encodes the API's JSON. Throws unless the encoder opts in to secrets.
    public func encode(to encoder: any Encoder) throws {
        try managementKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
    }
}

extension Junction.IncompleteList: ExplainedError {
    package var explanation: String {
        "the list goes on, and no way is published to ask for the rest; narrow it by team or role"
    }
}
