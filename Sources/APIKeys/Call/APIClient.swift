import Foundation

/// The one way by which every operation of every provider goes out and comes back.
package final class APIClient: Sendable {
    let provider: String
    let authentication: Authentication
    let configuration: ClientConfiguration
    let transport: any HTTPTransport
    /// Checked once; what is wrong with it is reported by each call, since creating a client does not throw.
    private let baseURL: Result<BaseURL, InvalidInput>
    /// The header fields of every request.
    private let headers: HTTPHeaders

    /// Creates a client.
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
        baseURL = Result { () throws(InvalidInput) in
            guard let url = configuration.baseURL ?? URL(string: defaultBaseURL) else {
                throw InvalidInput("baseURL is not a URL: \(BaseURL.beginning)")
            }
            return try BaseURL(url)
        }
        headers = [
            "Accept": "application/json", "Accept-Language": "en",
            "User-Agent": SDKVersion.userAgent(suffix: configuration.userAgentSuffix),
        ]
    }

    /// Carries out an operation.
    // A copy for each type that this module sends would be 50,000 bytes of every program.
    @_semantics("optimize.sil.specialize.generic.never")
    package func send<Response>(
        _ operation: APIOperation<Response>, options: RequestOptions
    ) async throws(APIError) -> Response {
        let call = try call(of: operation.outgoing, options: options)
        return try await call.run(operation.reading.decode, valueWhenGone: operation.valueWhenGone)
    }

    private func call(of operation: OutgoingOperation, options: RequestOptions) throws(APIError) -> Call {
        do {
            let limits = try CallLimits(configuration, options)
            for constraint in operation.constraints { try constraint.check() }
            let request = try request(for: operation, options: options, timeout: limits.attemptTimeout)
            return Call(client: self, operation: operation, request: request, limits: limits)
        } catch {
            throw APIError(
                kind: .invalidRequest(error.reason), outcome: .notProcessed, provider: provider,
                operation: operation.name, callID: UUID())
        }
    }

    /// An error of an operation without a request behind it, or whose answer contradicts itself.
    package func error(
        _ kind: APIError.Kind, _ operation: String, outcome: APIError.Outcome = .notProcessed, message: String? = nil
    ) -> APIError {
        APIError(kind: kind, outcome: outcome, message: message, provider: provider, operation: operation)
    }

    /// A list that is read a page at a time, with the path and the query of every page but for the cursor.
    package func pages<Element>(
        _ name: String,
        _ path: RequestPath,
        query: [QueryItem] = [],
        cursorName: String,
        reads reading: Reading<PagedSequence<Element>.Page>,
        options: RequestOptions
    ) -> PagedSequence<Element> {
        PagedSequence(provider: provider, operation: name) { cursor throws(APIError) in
            let query = query + QueryItem.optional(cursorName, cursor)
            return try await self.send(
                .init(name, .get, path, query: query, safety: .read, reads: reading), options: options)
        }
    }

    /// The request of an operation, complete but for the credential.
    private func request(
        for operation: OutgoingOperation, options: RequestOptions, timeout: Duration
    ) throws(InvalidInput) -> HTTPRequest {
        let url = try baseURL.get().url(path: operation.path.encoded(), query: operation.query.encoded)
        if let problem = options.headers.problem { throw InvalidInput(problem) }
        var headers = headers
        // A body in a coding that can't be undone would take a new secret with it.
        if operation.safety == .create { headers.append(name: "Accept-Encoding", value: "identity") }
        if let body = operation.body { headers.append(name: "Content-Type", value: body.contentType) }
        for field in options.headers.fields {
            let reserved = [
                "Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding",
                authentication.scheme.headerName,
            ]
            if reserved.contains(where: { HTTPHeaders.isSame($0, field.name) }) {
                throw InvalidInput("options.headers must not set \(field.name)")
            }
            headers[field.name] = options.headers[field.name]
        }
        return HTTPRequest(
            method: operation.method, url: url, headers: headers, body: try operation.body?.data(), timeout: timeout,
            maximumResponseBytes: configuration.maximumResponseBytes)
    }
}
