public import APIKeys
public import Foundation

extension BasetenClient {
    /// Makes a client from environment variables: `BASETEN_API_KEY` and, where the configuration names no base URL,
    /// `BASETEN_BASE_URL` if it is set.
    ///
    /// - Parameters:
    ///   - environment: The variables; the process's own by default.
    ///   - authorization: The scheme that the key is sent with: `Api-Key` by default.
    ///   - configuration: Further settings.
    ///   - transport: What carries the requests.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)`` for a variable that is missing or
    ///   malformed. It names the variable and does not show its value.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        authorization: Baseten.Authorization = .apiKey,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, environment)
        self.init(
            apiKey: try variables.secret("BASETEN_API_KEY"),
            authorization: authorization,
            configuration: try variables.configuration(configuration, baseURL: "BASETEN_BASE_URL"),
            transport: transport)
    }
}
