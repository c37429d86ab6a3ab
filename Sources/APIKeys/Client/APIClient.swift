import Foundation

/// The one way by which every operation of every provider goes out and comes back.
package struct APIClient: Sendable {
    let provider: String
    let authentication: Authentication
    let configuration: ClientConfiguration
    let transport: any HTTPTransport
    /// Checked once; what is wrong with it is reported by each call, since making a client does not throw.
    private let baseURL: Result<BaseURL, InvalidInput>

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - provider: The provider's name, for errors and events.
    ///   - defaultBaseURL: The provider's own server, used where the configuration names none.
    ///   - authentication: How the provider authenticates.
    ///   - configuration: The user's settings.
    ///   - transport: What carries the requests.
    package init(
        provider: String,
        defaultBaseURL: String,
        authentication: Authentication,
        configuration: ClientConfiguration,
        transport: any HTTPTransport
    ) {
        self.provider = provider
        self.authentication = authentication
        self.configuration = configuration
        self.transport = transport
        self.baseURL = Result { () throws(InvalidInput) in
            guard let url = configuration.baseURL ?? URL(string: defaultBaseURL) else {
                throw InvalidInput("baseURL is not a URL")
            }
            return try BaseURL(url)
        }
    }

    /// Carries out an operation.
    package func send<Response>(
        _ operation: Operation<Response>, options: RequestOptions
    ) async throws(APIError) -> Response {
        let request: HTTPRequest
        let limits: CallLimits
        do {
            limits = try CallLimits(configuration, options)
            for constraint in operation.constraints { try constraint.check() }
            request = try self.request(for: operation, options: options, timeout: limits.attemptTimeout)
        } catch {
            throw APIError(
                kind: .invalidRequest(error.reason), outcome: .notProcessed, provider: provider,
                operation: operation.name)
        }
        var call = Call(client: self, operation: operation, request: request, limits: limits)
        return try await call.run()
    }

    /// The request of an operation, complete but for the credential.
    private func request<Response>(
        for operation: Operation<Response>, options: RequestOptions, timeout: Duration
    ) throws(InvalidInput) -> HTTPRequest {
        let url = try baseURL.get().url(path: operation.path.encoded(), query: operation.query.encoded)
        var headers: HTTPHeaders = ["Accept": "application/json", "Accept-Language": "en"]
        headers["User-Agent"] = SDKVersion.userAgent(suffix: configuration.userAgentSuffix)
        var body: Data?
        if let value = operation.body {
            body = try value.data()
            headers["Content-Type"] = value.contentType
        }
        let reserved = ["Host", "Content-Length", "Transfer-Encoding", "Connection", authentication.scheme.headerName]
        for field in options.headers.fields {
            if reserved.contains(where: { HTTPHeaders.isSame($0, field.name) }) {
                throw InvalidInput("options.headers must not set \(field.name)")
            }
            headers[field.name] = options.headers[field.name]
        }
        if let problem = headers.problem { throw InvalidInput(problem) }
        return HTTPRequest(
            method: operation.method, url: url, headers: headers, body: body, timeout: timeout,
            maximumResponseBytes: configuration.maximumResponseBytes)
    }
}
