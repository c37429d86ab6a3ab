public import APIKeys
public import Foundation

extension ImtegrateClient {
    /// Makes a client from environment variables: `IMTEGRATE_API_KEY`, without which no credential is sent, and, where
    /// the configuration names no base URL, `IMTEGRATE_BASE_URL` if it is set.
    ///
    /// - Parameters:
    ///   - environment: The variables; the process's own by default.
    ///   - configuration: Further settings.
    ///   - transport: What carries the requests.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)`` for a variable that is malformed, an empty
    ///   one included. It names the variable and does not show its value.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, environment)
        self.init(
            token: try variables.secretIfPresent("IMTEGRATE_API_KEY"),
            configuration: try variables.configuration(configuration, baseURL: "IMTEGRATE_BASE_URL"),
            transport: transport)
    }
}
