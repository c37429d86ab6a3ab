extension Junction {
    /// The region that a team's data is kept in. Schema `Region`; an open set.
    public struct Region: RawRepresentable, Hashable, Sendable, Codable {
        /// The region's name on the wire.
        public let rawValue: String

        /// Makes a region from its name on the wire.
        ///
        /// - Parameter rawValue: The name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `us`
        public static let us = Region(rawValue: "us")
        /// `eu`
        public static let eu = Region(rawValue: "eu")
    }
}
