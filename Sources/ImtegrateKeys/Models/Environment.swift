extension Imtegrate {
    /// The environment that a key opens. The `env` of the schema `ApiKeyCreate`.
    public struct Environment: RawRepresentable, Hashable, Sendable, Codable {
        /// The environment's name on the wire.
        public let rawValue: String

        /// Makes an environment from its name on the wire.
        ///
        /// - Parameter rawValue: The name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `test`
        public static let test = Environment(rawValue: "test")
        /// `live`
        public static let live = Environment(rawValue: "live")
    }
}
