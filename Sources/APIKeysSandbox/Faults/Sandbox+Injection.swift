public import APIKeys

extension Sandbox {
    /// Which requests a fault is for.
    public struct Target: Sendable {
        let includes: @Sendable (RouteMatch?) -> Bool

        /// All requests, also those that no provider has a call for.
        public static let everything = Target { _ in true }

        /// The requests of one operation.
        ///
        /// - Parameters:
        ///   - name: The name of the client's method, such as `createTeamAPIKey`.
        ///   - provider: The provider, such as `Baseten`; `nil`, the default, for all that have the operation.
        /// - Returns: The target.
        public static func operation(_ name: String, of provider: String? = nil) -> Target {
            Target { match in
                guard let match, match.route.operation == name else { return false }
                return provider.map { $0.lowercased() == type(of: match.provider).name.lowercased() } ?? true
            }
        }

        /// The requests with one method to one path.
        ///
        /// - Parameters:
        ///   - method: The method.
        ///   - path: The path with the names of its parameters in braces, such as `/v1/teams/{team_id}`.
        /// - Returns: The target.
        public static func route(_ method: HTTPMethod, _ path: String) -> Target {
            Target { $0.map { $0.route.method == method && $0.route.path.text == path } ?? false }
        }
    }

    /// How often a fault happens.
    public enum Occurrence: Hashable, Sendable {
        /// To so many requests from now on.
        case first(Int)
        /// To every request.
        case always
        /// To each request with this probability, between 0 and 1, drawn from the sandbox's seeded source.
        case probability(Double)
    }

    /// Lets requests go wrong from now on. Where several faults are for the same request, the one that was injected
    /// first happens, and the others wait for the next.
    ///
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - target: Which requests go wrong; all by default.
    ///   - occurrence: How often; once by default.
    public func inject(_ fault: Fault, into target: Target = .everything, _ occurrence: Occurrence = .first(1)) {
        faults.add(fault, target, occurrence)
    }

    /// Lets nothing go wrong any more.
    public func removeFaults() {
        faults.removeAll()
    }
}
