public import APIKeys
import Foundation

/// All providers in memory, as a transport: a test calls them through the real clients, and nothing leaves the process.
///
/// A request reaches a provider by its default host, or by its path at any loopback address. The provider has state,
/// checks credentials, and describes what is wrong with a request as FastAPI with pydantic does: `detail`, `loc`,
/// `msg`, `type`, `input` and `ctx`. A test can read its state and add to it directly:
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
    // Within this module, this file is the one outside a provider's own folder that names it.

    /// Junction's state, to read and to add to.
    public let junction: Junction

    /// Baseten's state, to read and to add to.
    public let baseten: Baseten

    /// Imtegrate's state, to read and to add to.
    public let imtegrate: Imtegrate

    /// nekuda's state, to read and to add to.
    public let nekuda: Nekuda

    /// All of them, in the order in which their calls are looked through if they share a host.
    let providers: [any SandboxProvider]
    let faults: FaultPlan
    private let calls: [(provider: any SandboxProvider, routes: [Route])]
    let delays: Delays
    private let journal = Journal()
    private let seed: UInt64?
    private let requestIDs: Locked<SandboxSource>

    /// Creates a sandbox with its fixture: the same credentials, organizations and teams each time.
    ///
    /// - Parameters:
    ///   - seed: Makes all ids, secrets, dates and random draws the same in every run; `nil`, the default, makes them
    ///     differ.
    ///   - pageSize: The number of rows on a page of Junction's lists; by default, 3 keys or 2 teams.
    ///   - clock: The clock that measures slow answers and everything else that happens late.
    public init(seed: UInt64? = nil, pageSize: Int? = nil, clock: any Clock<Duration> = ContinuousClock()) {
        junction = Junction(seed: seed, pageSize: pageSize)
        baseten = Baseten(seed: seed)
        imtegrate = Imtegrate(seed: seed)
        nekuda = Nekuda(seed: seed)
        providers = [junction, baseten, imtegrate, nekuda]
        self.seed = seed
        delays = Delays(clock)
        requestIDs = Locked(SandboxSource(seed: seed, name: "requests"))
        faults = FaultPlan(seed: seed)
        calls = providers.map { ($0, $0.routes) }
    }

    /// The last 10,000 requests, oldest first.
    public var requests: [Request] { journal.requests }

    /// Restores the initial state: the fixture, no requests, and no faults but those that ``keepFaultsOnReset()``
    /// saved.
    public func reset() {
        journal.reset()
        faults.reset()
        delays.reset()
        let source = SandboxSource(seed: seed, name: "requests")
        requestIDs.withLock { $0 = source }
        for provider in providers { provider.reset(seed: seed) }
    }

    /// Moves the sandbox's clock forward: what is due by then happens now, and what is created from now on has later
    /// dates. The clock then continues from there.
    ///
    /// - Parameter duration: How far; at most a hundred years in all. The clock is never moved back.
    public func advanceClock(by duration: Duration) {
        let step = delays.advance(by: duration)
        for provider in providers { provider.advance(by: step) }
    }

    /// Returns whether a key works: it was created, was not revoked, and is active by now. The fixture's credentials
    /// work too.
    ///
    /// - Parameter secret: The key's secret.
    /// - Returns: Whether it works.
    public func accepts(_ secret: Secret) -> Bool {
        !delays.isInactive(secret) && providers.contains { $0.accepts(secret) }
    }

    /// Answers a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, whatever its status.
    /// - Throws: `NetworkFailure` for a host that no provider has, and if an injected ``Fault`` causes one;
    ///   `CancellationError` if the task is cancelled during a pause.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let host = request.url.host?.lowercased() ?? ""
        do {
            return try await answer(request, at: BaseURL.isLoopback(host) ? nil : host)
        } catch let drop as LoopbackServer.ConnectionDrop {
            guard case .body(let count, var response) = drop.part else {
                throw NetworkFailure(reason: drop == .reset ? .connectionRefused : .connectionLost)
            }
            response.body = response.body.prefix(count)
            throw NetworkFailure(reason: .connectionLost, partialResponse: response)
        }
    }
}

// MARK: - The way of a request

extension Sandbox {
    /// Answers a request as a server does, at the host of a provider; `nil` tells the providers by their paths alone.
    ///
    /// Throws ``LoopbackServer/ConnectionDrop`` if the response does not arrive in full: a reset if no connection
    /// should have been made.
    func answer(_ request: HTTPRequest, at host: String?) async throws -> HTTPResponse {
        let target = RequestTarget(request.url)
        guard calls.contains(where: { !$0.provider.prefixes(at: host).isEmpty }) else {
            throw NetworkFailure(reason: .hostNotFound)
        }
        let (match, allowed) = find(request.method, target.path, target.query, at: host)
        let draw = faults.draw(for: match)
        let fault = draw[.course]
        let (epoch, requestID) = (journal.epoch, nextRequestID())
        let finish: @Sendable (HTTPResponse?) -> Void = { [journal] response in
            let request = Request(
                method: request.method, path: target.path, provider: match.map { type(of: $0.provider).name },
                operation: match?.route.operation, status: response?.status, fault: fault?.description,
                requestID: requestID)
            journal.append(request, in: epoch)
        }
        let carryOut: @Sendable () -> HTTPResponse = { [delays] in
            let answer = match.map { $0.provider.answer(draw.changingLabel(of: request), $0, draw, delays) }
            return (answer ?? self.refusal(of: target, at: host, allowed)).identified(by: requestID)
        }
        return try await answer(carryOut, match, fault, finish).identified(by: requestID)
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
        for (provider, routes) in calls {
            for prefix in provider.prefixes(at: host) where path.hasPrefix(prefix + "/") {
                for route in routes {
                    guard let values = route.match(path.dropFirst(prefix.count)) else { continue }
                    if route.method == method {
                        return (RouteMatch(provider: provider, route: route, pathValues: values, query: query), nil)
                    }
                    allowed = allowed ?? route.method
                }
            }
        }
        return (nil, allowed)
    }

    /// The answer to a request that no provider has a call for. A path that lacks its last slash, or has one too many,
    /// is redirected, as FastAPI does by default.
    private func refusal(of target: RequestTarget, at host: String?, _ allowed: HTTPMethod?) -> HTTPResponse {
        if let allowed {
            return Rejection(405, "Method Not Allowed", headers: ["Allow": allowed.rawValue]).response
        }
        if let other = target.otherEnding {
            let (match, allowed) = find(.get, other.path, [], at: host)
            if match != nil || allowed != nil { return HTTPResponse(status: 307, headers: ["Location": other.url]) }
        }
        return Rejection(404, "Not Found").response
    }

    /// Carries a request out, or lets its fault happen.
    private func answer(
        _ carryOut: @escaping @Sendable () -> HTTPResponse, _ match: RouteMatch?, _ fault: Fault?,
        _ finish: @escaping @Sendable (HTTPResponse?) -> Void
    ) async throws -> HTTPResponse {
        let processed = fault?.stage == .afterProcessing ? carryOut() : nil
        @Sendable func answer() -> HTTPResponse {
            let response = processed ?? carryOut()
            finish(response)
            return response
        }
        switch fault?.effect {
        case nil, .delayListing, .delayActivation, .changeLabel, .denyRevocation: return answer()
        case .drop(let drop):
            finish(processed)
            throw drop
        case .pause(let duration):
            let end = delays.now + duration
            do {
                try await delays.sleep(until: end)
            } catch {
                carryOutLater(at: end) { _ = answer() }
                throw error
            }
            return answer()
        case .carryOutLate(let delay):
            carryOutLater(at: delays.now + delay) { _ = answer() }
            throw LoopbackServer.ConnectionDrop.withoutAnswer
        case .answer(let response):
            finish(response)
            return response
        case .cutBody(let count):
            let response = answer()
            guard response.body.count > count else { return response }
            throw LoopbackServer.ConnectionDrop.after(bodyBytes: count, of: response)
        case .cutHead(let count, let byReset):
            throw LoopbackServer.ConnectionDrop.after(headBytes: count, of: answer(), byReset: byReset)
        case .expire:
            guard let provider = match?.provider else { return answer() }
            let response = provider.reply(to: provider.unauthorized)
            finish(response)
            return response
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

extension HTTPResponse {
    /// The same with an `x-request-id`, unless it has one of its own.
    func identified(by id: String) -> HTTPResponse {
        guard headers["x-request-id"] == nil else { return self }
        var response = self
        response.headers["x-request-id"] = id
        return response
    }
}
