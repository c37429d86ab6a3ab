import APIKeys

/// A request that a provider has a call for.
struct RouteMatch: Sendable {
    let provider: any SandboxProvider
    let route: Route
    let pathValues: [String: String]
    let query: [(name: String, value: String)]
}
