public import APIKeys
public import Foundation

extension JunctionClient {
    /// Makes a client from environment variables: `JUNCTION_MANAGEMENT_KEY`, `JUNCTION_ORG_ID` and, where the
    /// configuration names no base URL, `JUNCTION_BASE_URL` if it is set.
    ///
    /// - Parameters:
    ///   - environment: The variables; the process's own by default.
    ///   - configuration: Further settings.
    ///   - transport: What carries the requests.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)`` for a variable that is missing or
    ///   malformed. It names the variable and does not show its value.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, environment)
        self.init(
            managementKey: try variables.secret("JUNCTION_MANAGEMENT_KEY"),
            organizationID: try variables.uuid("JUNCTION_ORG_ID"),
            configuration: try variables.configuration(configuration, baseURL: "JUNCTION_BASE_URL"),
            transport: transport)
    }
}
