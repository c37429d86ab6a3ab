import APIKeys

/// The models of Junction's Org Management API.
public enum Junction {}

extension Junction {
    /// An environment of a team. Schema `Env`; an open set, so that a new one needs no new version of this package.
    public struct Environment: WireName, Hashable, Sendable, Codable {
        /// The environment's name on the wire.
        public let rawValue: String

        /// Creates an environment from its name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `production`
        public static let production = Environment(rawValue: "production")
        /// `sandbox`
        public static let sandbox = Environment(rawValue: "sandbox")
    }

    /// The region that stores a team's data. Schema `Region`; an open set.
    public struct Region: WireName, Hashable, Sendable, Codable {
        /// The region's name on the wire.
        public let rawValue: String

        /// Creates a region from its name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `us`
        public static let us = Region(rawValue: "us")
        /// `eu`
        public static let eu = Region(rawValue: "eu")
    }

    /// What a management key may manage. Schema `Role`; an open set.
    public struct Role: WireName, Hashable, Sendable, Codable {
        /// The role's name on the wire.
        public let rawValue: String

        /// Creates a role from its name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `org_admin`: the whole organization.
        public static let orgAdmin = Role(rawValue: "org_admin")
        /// `team_admin`: the teams that the key is bound to.
        public static let teamAdmin = Role(rawValue: "team_admin")
    }
}
