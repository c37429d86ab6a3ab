public import APIKeys
import Foundation

/// All providers in memory, as a transport: a test calls them through the real clients, and nothing leaves the process.
///
/// Each provider is found at its default hosts and, with its paths alone to tell it by, at every loopback address. It has
/// state, checks credentials, and answers what is wrong with a request as FastAPI with pydantic does: `detail`, `loc`,
/// `msg`, `type`, `input` and `ctx`. What it holds can be looked at without going through HTTP:
///
/// ```swift
/// let sandbox = Sandbox(seed: 7)
/// let client = JunctionClient(
///     managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
///     transport: sandbox)
/// sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
/// // … the call throws, its outcome is unknown, and yet:
/// #expect(sandbox.junction.teamAPIKeys.count == 1)
/// ```
///
/// To reach it from another process, put it behind a ``LoopbackServer``.
public final class Sandbox: HTTPTransport {
    let providers: SandboxProviders
    let faults: FaultPlan
    private let origins: [Origin]
    private let clock: any Clock<Duration>

    /// Makes a sandbox with its fixture: the same credentials, organizations and teams each time.
    ///
    /// - Parameters:
    ///   - seed: Makes all ids, secrets, dates and chances the same in every run; `nil`, the default, makes them differ.
    ///   - clock: What the pauses of slow answers are measured by.
    public init(seed: UInt64? = nil, clock: any Clock<Duration> = ContinuousClock()) {
        let providers = SandboxProviders(seed: seed)
        self.providers = providers
        self.clock = clock
        faults = FaultPlan(seed: seed)
        origins = providers.all.flatMap(Origin.all)
    }

    /// Answers a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, whatever its status.
    /// - Throws: `NetworkFailure` for a host that no provider has, and where an injected ``Fault`` asks for it;
    ///   `CancellationError` where the task is cancelled during a pause.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch try await deliver(request) {
        case .whole(let response): return response
        case .refused: throw NetworkFailure(reason: .connectionRefused)
        case .lost: throw NetworkFailure(reason: .connectionLost)
        case .cut(var response, let count):
            response.body = response.body.prefix(count)
            throw NetworkFailure(reason: .connectionLost, partialResponse: response)
        }
    }

    /// Answers a request, and says how the answer arrives.
    ///
    /// - Throws: `NetworkFailure` for a host that no provider has; `CancellationError`.
    func deliver(_ request: HTTPRequest) async throws -> Delivery {
        let target = RequestTarget(request.url)
        let isLoopback = BaseURL.isLoopback(target.host)
        let candidates = origins.filter { $0.host == target.host || isLoopback }
        guard !candidates.isEmpty else { throw NetworkFailure(reason: .hostNotFound) }

        var (match, allowed): (RouteMatch?, HTTPMethod?) = (nil, nil)
        for origin in candidates {
            guard let path = target.segments(behind: isLoopback ? "" : origin.prefix) else { continue }
            for route in origin.routes {
                guard let values = route.path.match(path) else { continue }
                if route.method == request.method {
                    match =
                        match
                        ?? RouteMatch(
                            provider: origin.provider, route: route, pathValues: values, query: target.query)
                } else {
                    allowed = allowed ?? route.method
                }
            }
        }
        let reply: @Sendable () -> Reply = { [match, allowed] in
            if let match { return match.provider.answer(request, match) }
            guard let allowed else { return .detail("Not Found", status: 404) }
            return .detail("Method Not Allowed", status: 405, headers: ["Allow": allowed.rawValue])
        }
        guard let fault = faults.draw(for: match) else { return .whole(reply().response) }
        return try await fault.delivery(of: reply, match: match, clock: clock)
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
