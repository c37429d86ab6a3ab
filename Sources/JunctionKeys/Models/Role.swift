extension Junction {
    /// What a management key may manage. Schema `Role`; an open set.
    public struct Role: RawRepresentable, Hashable, Sendable, Codable {
        /// The role's name on the wire.
        public let rawValue: String

        /// Makes a role from its name on the wire.
        ///
        /// - Parameter rawValue: The name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `org_admin`: the whole organization.
        public static let orgAdmin = Role(rawValue: "org_admin")
        /// `team_admin`: the teams that the key is bound to.
        public static let teamAdmin = Role(rawValue: "team_admin")
    }
}
