public import APIKeys
import Foundation

/// All providers in memory, as a transport: a test calls them through the real clients, and nothing leaves the process.
///
/// Each provider is found at its default hosts and, with its paths alone to tell it by, at every loopback address. It
/// has state, checks credentials, and answers what is wrong with a request as FastAPI with pydantic does: `detail`,
/// `loc`, `msg`, `type`, `input` and `ctx`. What it holds can be looked at, and added to, without going through HTTP:
///
/// ```swift
/// let sandbox = Sandbox(seed: 7)
/// let client = JunctionClient(
///     managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
///     transport: sandbox)
/// try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
/// // … the call throws, its outcome is unknown, and yet:
/// #expect(sandbox.junction.teamAPIKeys.count == 1)
/// ```
///
/// To reach it from another process, put it behind a ``LoopbackServer``.
public final class Sandbox: HTTPTransport {
    let providers: SandboxProviders
    let faults: FaultPlan
    private let origins: [Origin]
    private let delays: Delays
    private let journal = Journal()
    private let seed: UInt64?
    private let requestIDs: Locked<SandboxSource>

    /// Creates a sandbox with its fixture: the same credentials, organizations and teams each time.
    ///
    /// - Parameters:
    ///   - seed: Makes all ids, secrets, dates and chances the same in every run; `nil`, the default, makes them
    ///     differ.
    ///   - pageSize: The number of rows on a page of Junction's lists; by default, 3 keys or 2 teams.
    ///   - clock: The clock of slow answers and of everything else that happens late.
    public init(seed: UInt64? = nil, pageSize: Int? = nil, clock: any Clock<Duration> = ContinuousClock()) {
        let providers = SandboxProviders(seed: seed, pageSize: pageSize)
        self.providers = providers
        self.seed = seed
        delays = Delays(clock)
        requestIDs = Locked(SandboxSource(seed: seed, name: "requests"))
        faults = FaultPlan(seed: seed)
        origins = providers.all.flatMap(Origin.all)
    }

    /// The requests so far, oldest first, and no more than the last 10,000.
    public var requests: [Request] { journal.requests }

    /// Puts everything back to how it was in the beginning: no requests, no faults but those of
    /// ``keepFaultsOnReset()``, and the fixture's state.
    public func reset() {
        journal.reset()
        faults.reset()
        delays.reset()
        let source = SandboxSource(seed: seed, name: "requests")
        requestIDs.withLock { $0 = source }
        for provider in providers.all { provider.reset() }
    }

    /// Moves the sandbox's clock forward: what is to happen until then happens now, and what is created from now on has
    /// later dates. It goes on from there.
    ///
    /// - Parameter duration: How far; the clock is never moved back, and by a hundred years at most.
    public func advanceClock(by duration: Duration) {
        let step = delays.advance(by: duration)
        for provider in providers.all { provider.advance(by: step) }
    }

    /// Whether a key works: it was created, was not revoked, and is active by now. Credentials of the fixture work too.
    ///
    /// - Parameter secret: The key's secret.
    /// - Returns: Whether it works.
    public func accepts(_ secret: Secret) -> Bool {
        !delays.isInactive(secret) && providers.all.contains { $0.accepts(secret) }
    }

    /// Answers a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, whatever its status.
    /// - Throws: `NetworkFailure` for a host that no provider has, and if an injected ``Fault`` asks for it;
    ///   `CancellationError` if the task is cancelled during a pause.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let host = request.url.host?.lowercased() ?? ""
        switch try await deliver(request, to: BaseURL.isLoopback(host) ? nil : host) {
        case .whole(let response): return response
        case .refused: throw NetworkFailure(reason: .connectionRefused)
        case .lost, .cutHead: throw NetworkFailure(reason: .connectionLost)
        case .cutBody(var response, let count):
            response.body = response.body.prefix(count)
            throw NetworkFailure(reason: .connectionLost, partialResponse: response)
        }
    }
}

// MARK: - The way of a request

extension Sandbox {
    /// How the answer to a request arrives.
    enum Delivery: Sendable {
        /// In full.
        case whole(HTTPResponse)
        /// Not at all: there was no connection.
        case refused
        /// Not at all: the connection ended.
        case lost
        /// With so many bytes of its body.
        case cutBody(HTTPResponse, Int)
        /// With so many bytes of its head.
        case cutHead(HTTPResponse, Int, byReset: Bool)
    }

    /// Answers a request, and says how the answer arrives.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - host: The host, which has to be one of the providers'; `nil` to tell the providers by their paths alone.
    /// - Returns: How the answer arrives.
    /// - Throws: `NetworkFailure` for a host that no provider has; `CancellationError`.
    func deliver(_ request: HTTPRequest, to host: String?) async throws -> Delivery {
        let target = RequestTarget(request.url)
        guard host == nil || origins.contains(where: { $0.host == host }) else {
            throw NetworkFailure(reason: .hostNotFound)
        }
        let (match, allowed) = find(request.method, target.path, target.query, at: host)
        let draw = faults.draw(for: match)
        let fault = draw.fault
        let epoch = journal.epoch
        let requestID = nextRequestID()
        let finish: @Sendable (HTTPResponse?) -> Void = { [journal] response in
            let request = Request(
                method: request.method, path: target.path, provider: match.map { type(of: $0.provider).name },
                operation: match?.route.operation, status: response?.status, fault: fault?.description,
                requestID: requestID)
            journal.append(request, in: epoch)
        }
        let carryOut: @Sendable () -> HTTPResponse = { [delays] in
            let creation = Creation(
                delays: delays, listingDelay: draw.listingDelay, activationDelay: draw.activationDelay)
            let request = draw.labelChange?.applied(to: request) ?? request
            let isDenied = if case .denyRevocation = fault?.effect { true } else { false }
            let reply = match.map { $0.provider.answer(request, $0, creation, isDenied: isDenied) }
            return (reply ?? self.refusal(of: target, at: host, allowed)).response
        }
        return try await deliver(carryOut, match, fault, finish).identified(by: requestID)
    }

    /// A request ID that no request had before.
    func nextRequestID() -> String {
        "req_" + requestIDs.withLock { $0.token(16) }
    }

    /// The call that a request is for, or the first method that its path would have a call for.
    private func find(
        _ method: HTTPMethod, _ path: String, _ query: [(name: String, value: String)], at host: String?
    ) -> (match: RouteMatch?, allowed: HTTPMethod?) {
        var allowed: HTTPMethod?
        for origin in origins where host == nil || origin.host == host {
            let prefix = host == nil ? "" : origin.prefix
            guard path.hasPrefix(prefix + "/") else { continue }
            for route in origin.routes {
                guard let values = route.match(path.dropFirst(prefix.count)) else { continue }
                if route.method == method {
                    return (
                        RouteMatch(provider: origin.provider, route: route, pathValues: values, query: query), nil
                    )
                }
                allowed = allowed ?? route.method
            }
        }
        return (nil, allowed)
    }

    /// The answer to a request that no provider has a call for. A path that lacks its last slash, or has one too many,
    /// is redirected, as FastAPI does by default.
    private func refusal(of target: RequestTarget, at host: String?, _ allowed: HTTPMethod?) -> Reply {
        if let allowed {
            return .detail("Method Not Allowed", status: 405, headers: ["Allow": allowed.rawValue])
        }
        if let other = target.otherEnding {
            let (match, allowed) = find(.get, other.path, [], at: host)
            if match != nil || allowed != nil { return Reply(status: 307, headers: ["Location": other.url]) }
        }
        return .detail("Not Found", status: 404)
    }

    /// Carries a request out, or lets its fault happen.
    private func deliver(
        _ carryOut: @escaping @Sendable () -> HTTPResponse, _ match: RouteMatch?, _ fault: Fault?,
        _ finish: @escaping @Sendable (HTTPResponse?) -> Void
    ) async throws -> Delivery {
        let processed = fault?.stage == .afterProcessing ? carryOut() : nil
        @Sendable func answer() -> HTTPResponse {
            let response = processed ?? carryOut()
            finish(response)
            return response
        }
        switch fault?.effect {
        case nil, .delayListing, .delayActivation, .changeLabel, .denyRevocation: return .whole(answer())
        case .refuse:
            finish(nil)
            return .refused
        case .drop:
            finish(processed)
            return .lost
        case .pause(let duration):
            let end = delays.now + duration
            do {
                try await delays.sleep(until: end)
            } catch {
                carryOutLater(at: end) { _ = answer() }
                throw error
            }
            return .whole(answer())
        case .carryOutLate(let delay):
            carryOutLater(at: delays.now + delay) { _ = answer() }
            return .lost
        case .answer(let response):
            finish(response)
            return .whole(response)
        case .cutBody(let count):
            let response = answer()
            return response.body.count > count ? .cutBody(response, count) : .whole(response)
        case .cutHead(let count, let byReset): return .cutHead(answer(), count, byReset: byReset)
        case .expire:
            guard let provider = match?.provider else { return .whole(answer()) }
            let response = provider.reply(to: provider.unauthorized).response
            finish(response)
            return .whole(response)
        }
    }

    /// Carries a request out for a client that is gone, unless the sandbox is reset before.
    private func carryOutLater(at time: Duration, _ carryOut: @escaping @Sendable () -> Void) {
        let epoch = journal.epoch
        Task { [delays, journal] in
            try? await delays.sleep(until: time)
            if journal.epoch == epoch { carryOut() }
        }
    }
}

extension Sandbox.Delivery {
    /// The same with an `x-request-id`, unless the answer has one of its own.
    fileprivate func identified(by id: String) -> Self {
        switch self {
        case .whole(let response): .whole(response.identified(by: id))
        case .cutBody(let response, let count): .cutBody(response.identified(by: id), count)
        case .cutHead(let response, let count, let byReset):
            .cutHead(response.identified(by: id), count, byReset: byReset)
        case .refused, .lost: self
        }
    }
}

extension HTTPResponse {
    /// The same with an `x-request-id`, unless it has one of its own.
    func identified(by id: String) -> HTTPResponse {
        guard headers["x-request-id"] == nil else { return self }
        var response = self
        response.headers["x-request-id"] = id
        return response
    }
}

extension Sandbox {
    /// A host of a provider, with the provider's calls.
    private struct Origin: Sendable {
        let host: String
        let prefix: String
        let provider: any SandboxProvider
        let routes: [Route]

        static func all(of provider: any SandboxProvider) -> [Origin] {
            let routes = provider.routes
            return type(of: provider).origins.map { text in
                let host = text.prefix { $0 != "/" }
                return Origin(
                    host: String(host), prefix: String(text[host.endIndex...]), provider: provider, routes: routes)
            }
        }
    }
}
