import APIKeys

extension Baseten {
    /// The scheme that an API key is sent with, in the header `Authorization`.
    public enum Authorization: Hashable, Sendable {
        /// `Authorization: Api-Key <key>`
        case apiKey
        /// `Authorization: Bearer <key>`, as the newer documentation has it.
        case bearer

        var scheme: AuthScheme {
            switch self {
            case .apiKey: .authorization("Api-Key")
            case .bearer: .bearer
            }
        }
    }
}
