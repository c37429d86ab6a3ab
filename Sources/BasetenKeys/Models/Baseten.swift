import APIKeys

/// The models of Baseten's management API.
public enum Baseten {}

extension Baseten {
    /// The authentication scheme of the header `Authorization`, which carries the API key.
    public enum Authorization: Hashable, Sendable {
        /// `Authorization: Api-Key <key>`
        case apiKey
        /// `Authorization: Bearer <key>`, as in Baseten's newer documentation.
        case bearer

        var scheme: AuthScheme {
            switch self {
            case .apiKey: .authorization("Api-Key")
            case .bearer: .bearer
            }
        }
    }

    /// What an API key may do. Schema `APIKeyCategory`; an open set, so that a new one needs no new version of this
    /// package.
    public struct APIKeyCategory: WireName, Hashable, Sendable, Codable {
        /// The category's name on the wire.
        public let rawValue: String

        /// Creates a category from its name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// `PERSONAL`
        public static let personal = APIKeyCategory(rawValue: "PERSONAL")
        /// `WORKSPACE_MANAGE_ALL`
        public static let workspaceManageAll = APIKeyCategory(rawValue: "WORKSPACE_MANAGE_ALL")
        /// `WORKSPACE_EXPORT_METRICS`
        public static let workspaceExportMetrics = APIKeyCategory(rawValue: "WORKSPACE_EXPORT_METRICS")
        /// `WORKSPACE_INVOKE`
        public static let workspaceInvoke = APIKeyCategory(rawValue: "WORKSPACE_INVOKE")
        /// `WORKSPACE_MANAGE_API_KEYS`
        public static let workspaceManageAPIKeys = APIKeyCategory(rawValue: "WORKSPACE_MANAGE_API_KEYS")
        /// `ROUTES`
        public static let routes = APIKeyCategory(rawValue: "ROUTES")
    }
}
