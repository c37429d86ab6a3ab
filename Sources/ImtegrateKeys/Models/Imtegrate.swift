import APIKeys

/// The models of Imtegrate's API.
public enum Imtegrate {}

extension Imtegrate {
    /// The environment of a key. The `env` of the schema `ApiKeyCreate`.
    public struct Environment: WireName, Hashable, Sendable, Codable {
        /// The environment's name on the wire.
        public let rawValue: String

        /// Creates an environment from its name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `test`
        public static let test = Environment(rawValue: "test")
        /// `live`
        public static let live = Environment(rawValue: "live")
    }
}
