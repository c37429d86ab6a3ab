extension Junction {
    /// The environment that a key opens. Schema `Env`; an open set, so that a new one needs no new version of this package.
    public struct Environment: RawRepresentable, Hashable, Sendable, Codable {
        /// The environment's name on the wire.
        public let rawValue: String

        /// Makes an environment from its name on the wire.
        ///
        /// - Parameter rawValue: The name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `production`
        public static let production = Environment(rawValue: "production")
        /// `sandbox`
        public static let sandbox = Environment(rawValue: "sandbox")
    }
}
