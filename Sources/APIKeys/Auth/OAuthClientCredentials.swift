public import Foundation

/// A source of access tokens from OAuth's client credentials grant (RFC 6749, section 4.4), with the `audience` that
/// Auth0 requires.
///
/// ```swift
/// let credentials = OAuthClientCredentials(
///     tokenURL: tokenURL, clientID: clientID, clientSecret: Secret(clientSecret), audience: "https://api.nekuda.ai")
/// let nekuda = NekudaClient(token: credentials)
/// ```
///
/// All calls share a token until shortly before it expires; see ``RefreshingCredential``. The client's ID and secret
/// are sent in the body of the request, as RFC 6749, section 2.3.1, allows and Auth0 documents.
///
/// Source: <https://auth0.com/docs/api/authentication/client-credentials-flow/get-token>.
public final class OAuthClientCredentials: CredentialSource {
    private let tokens: RefreshingCredential

    /// Creates a source. Nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - tokenURL: The token endpoint, such as `https://tenant.auth0.com/oauth/token`: https, or http to a loopback
    ///     address, and without a query.
    ///   - clientID: The client's ID.
    ///   - clientSecret: The client's secret.
    ///   - audience: The API that the token is for, if the server requires one.
    ///   - scope: The scopes to ask for, separated by spaces; the server's own choice by default.
    ///   - configuration: Further settings of the token request, its timeouts among them. Its base URL is not used.
    ///   - transport: The transport that sends the token request.
    public init(
        tokenURL: URL,
        clientID: String,
        clientSecret: Secret,
        audience: String? = nil,
        scope: String? = nil,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        var configuration = configuration
        configuration.baseURL = tokenURL
        let client = APIClient(
            provider: "OAuth", defaultBaseURL: "", authentication: Authentication(scheme: .bearer, source: nil),
            configuration: configuration, transport: transport)
        let form =
            [
                QueryItem("grant_type", "client_credentials"), QueryItem("client_id", clientID),
                QueryItem("client_secret", clientSecret.reveal()),
            ] + QueryItem.optional("audience", audience) + QueryItem.optional("scope", scope)
        let path = RequestPath([], endsInSlash: tokenURL.absoluteString.hasSuffix("/"))
        // The request keeps to its own time; what it says then comes a moment later.
        let timeout = min(max(configuration.timeout, .zero), .year) + .seconds(5)
        tokens = RefreshingCredential(timeout: timeout, clock: configuration.clock) {
            let token = try await client.send(
                APIOperation<AccessToken>(
                    "token", .post, path, body: .form(form), safety: .idempotent, reads: .newSecret("access_token"),
                    confidential: [clientSecret]),
                options: RequestOptions())
            return ExpiringCredential(token.secret, lifetime: token.lifetime)
        }
    }

    /// Returns the current token, or requests a new one.
    ///
    /// - Returns: The token.
    /// - Throws: ``APIError`` if the token request fails; `CancellationError` when the task is cancelled.
    public func credential() async throws -> Secret {
        try await tokens.credential()
    }

    /// Discards the current token if it is the one that was refused.
    ///
    /// - Parameter rejected: The token that was refused.
    public func invalidate(_ rejected: Secret) {
        tokens.invalidate(rejected)
    }
}

/// The body of RFC 6749, section 5.1, read as leniently as OAuth's clients read it: servers leave the type out, and
/// some send the lifetime as a text.
private struct AccessToken: Decodable, SecretBearing, Sendable {
    let secret: Secret
    let lifetime: Duration?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        secret = try container.decode(Secret.self, forKey: .accessToken)
        let type = try container.decodeIfPresent(String.self, forKey: .tokenType) ?? ""
        guard ["bearer", ""].contains(type.trimmingCharacters(in: .whitespaces).lowercased()) else {
            throw DecodingError.dataCorruptedError(
                forKey: .tokenType, in: container, debugDescription: "Expected a bearer token.")
        }
        lifetime = try Self.lifetime(in: container)
    }

    /// A number of seconds, maybe as a text; `nil` if the server names none: the token is then used until it is
    /// refused.
    private static func lifetime(in container: KeyedDecodingContainer<CodingKeys>) throws -> Duration? {
        var seconds: Double?
        if let text = try? container.decodeIfPresent(String.self, forKey: .expiresIn) {
            let trimmed = text.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty { return nil }
            seconds = Double(trimmed) ?? .nan
        } else {
            seconds = try container.decodeIfPresent(Double.self, forKey: .expiresIn)
        }
        guard let seconds else { return nil }
        guard seconds.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .expiresIn, in: container, debugDescription: "Expected a number of seconds.")
        }
        return .seconds(min(max(seconds, 0), 31_536_000))
    }
}
