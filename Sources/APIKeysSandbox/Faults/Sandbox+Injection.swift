import APIKeys

extension Sandbox {
    /// The requests that a fault happens to.
    public struct Target: Sendable, CustomStringConvertible {
        /// The operation's name; `nil` for all requests.
        private var operation: String?
        private var provider: String?

        /// All requests, including those that no provider has a call for.
        public static let everything = Target()

        /// The requests of one operation.
        ///
        /// - Parameters:
        ///   - name: The name of the client's method, such as `createTeamAPIKey`.
        ///   - provider: The provider, such as `Baseten`; `nil`, the default, for all that have the operation.
        /// - Returns: The target.
        public static func operation(_ name: String, of provider: String? = nil) -> Target {
            Target(operation: name, provider: provider)
        }

        /// The target as ``Sandbox/inject(parsing:)`` reads it: `*`, `createTeamAPIKey`, `nekuda.createAPIKey`.
        public var description: String { (provider.map { $0 + "." } ?? "") + (operation ?? "*") }

        /// Whether a request for a call of a provider, or for none, is meant.
        func includes(_ route: Route?, of other: String?) -> Bool {
            (operation == nil || operation == route?.operation)
                && (provider == nil || provider?.lowercased() == other?.lowercased())
        }
    }

    /// How often a fault happens.
    public enum Occurrence: Hashable, Sendable {
        /// To this number of requests from now on.
        case first(Int)
        /// To every request.
        case always
        /// To each request with this probability, between 0 and 1, drawn from the sandbox's seeded source.
        case probability(Double)
    }

    /// A fault that can't be injected: its text can't be read, or no request could be its target.
    public struct InvalidFault: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong, and what is expected.
        public let description: String
    }

    /// Injects a fault into requests from now on. If several faults are for the same request, the one that was injected
    /// first happens, and the others wait for the next request.
    ///
    /// ```swift
    /// try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
    /// ```
    ///
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - target: Which requests go wrong; all by default.
    ///   - occurrence: How often; once by default.
    /// - Throws: ``InvalidFault`` if no provider has the operation, or if the fault can't happen to it.
    public func inject(
        _ fault: Fault, into target: Target = .everything, _ occurrence: Occurrence = .first(1)
    ) throws(InvalidFault) {
        faults.add([try entry(fault, target, occurrence)])
    }

    /// The entry of the plan for a fault, once it is known that a request can be its target.
    func entry(
        _ fault: Fault, _ target: Target, _ occurrence: Occurrence
    ) throws(InvalidFault) -> FaultPlan.Entry {
        let routes = providers.flatMap { provider in provider.routes.map { (type(of: provider).name, $0) } }
        let targets = routes.filter { target.includes($1, of: $0) }
        guard !targets.isEmpty else {
            let names = Set(routes.map { "\($0).\($1.operation)" }).sorted()
            throw InvalidFault(
                description: "no provider has \"\(target)\"; the operations are \(names.joined(separator: ", "))")
        }
        guard targets.contains(where: { fault.effect.suits($1) }) else {
            throw InvalidFault(
                description: fault.effect.kind == .course
                    ? "\"\(target)\" has no answer by which a revocation is denied"
                    : "\"\(target)\" creates nothing, which \(fault) is for")
        }
        return FaultPlan.Entry(fault: fault, target: target, occurrence: occurrence)
    }

    /// Removes all faults.
    public func removeFaults() {
        faults.removeAll()
    }

    /// Saves the faults that are still to come, so that ``reset()`` restores them. `SandboxServer` does so for the
    /// faults of its command line.
    public func keepFaultsOnReset() {
        faults.keep()
    }

    /// The faults that have not happened as often as they should, written as for ``inject(parsing:)``. A test can
    /// expect none at its end.
    public var unusedFaults: [String] {
        faults.unused
    }
}
