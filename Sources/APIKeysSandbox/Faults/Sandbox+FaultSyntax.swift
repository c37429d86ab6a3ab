import APIKeys

extension Sandbox {
    /// Injects a fault that is written as `[PROVIDER.]OPERATION:KIND[=VALUE][@before|@after][:P]`, as on the command
    /// line of `SandboxServer`.
    ///
    /// ```swift
    /// try sandbox.inject(parsing: "createTeamAPIKey:lostAnswer:0.1")
    /// ```
    ///
    /// The operation is the name of the client's method, or `*` for every request. `P` is a probability if it has a
    /// decimal point, and a number of requests otherwise; without it, the fault happens once. The kinds, with times in
    /// milliseconds:
    ///
    /// | kind | fault |
    /// |---|---|
    /// | `lostAnswer` | ``Fault/lostAnswer`` |
    /// | `droppedRequest` | ``Fault/droppedRequest`` |
    /// | `connectionRefused` | ``Fault/connectionRefused`` |
    /// | `rateLimited[=RETRY-AFTER]` | ``Fault/rateLimited(retryAfter:)`` |
    /// | `serverError[=STATUS][@before or @after]` | ``Fault/serverError(_:_:retryAfter:)`` |
    /// | `slow=TIME[@before or @after]` | ``Fault/slow(_:_:)`` |
    /// | `carriedOutLate=TIME` | ``Fault/carriedOutLate(after:)`` |
    /// | `delayedListing=TIME` | ``Fault/delayedListing(by:)`` |
    /// | `activatesAfter=TIME` | ``Fault/activates(after:)`` |
    /// | `cutLabel=LENGTH`, `upperCaseLabel`, `slugLabel` | ``Fault/changedLabel(_:)`` |
    /// | `trimmedLabel`, `escapedLabel` | ``Fault/changedLabel(_:)`` |
    /// | `deniedRevocation` | ``Fault/deniedRevocation`` |
    /// | `maintenance[@before or @after]` | ``Fault/maintenance(_:)`` |
    /// | `cutBody=BYTES` | ``Fault/cutBody(afterBytes:)`` |
    /// | `cutHead=BYTES` | ``Fault/cutHead(afterBytes:)`` |
    /// | `cutHeadCleanly=BYTES` | ``Fault/cutHeadCleanly(afterBytes:)`` |
    /// | `expiredCredential` | ``Fault/expiredCredential`` |
    ///
    /// - Parameter text: The fault.
    /// - Throws: ``InvalidFault`` if the text is not a fault, if no provider has the operation, or if the fault can't
    ///   happen to it.
    public func inject(parsing text: String) throws(InvalidFault) {
        faults.add([try entry(parsing: text)])
    }

    func entry(parsing text: String) throws(InvalidFault) -> FaultPlan.Entry {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), !parts[0].isEmpty else {
            throw InvalidFault(
                description: "\"\(text)\" is not [PROVIDER.]OPERATION:KIND[=VALUE][@before|@after][:P]")
        }
        let name = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let target: Target =
            parts[0] == "*"
            ? .everything : name.count == 2 ? .operation(name[1], of: name[0]) : .operation(name[0])
        let fault = try Fault(parsing: parts[1])
        return try entry(fault, target, parts.count == 3 ? try Occurrence(parsing: parts[2]) : .first(1))
    }
}

extension Sandbox.Occurrence {
    fileprivate init(parsing text: String) throws(Sandbox.InvalidFault) {
        if text.contains("."), let probability = Double(text), (0...1).contains(probability) {
            self = .probability(probability)
        } else if !text.contains("."), let count = Int(text), count > 0 {
            self = .first(count)
        } else {
            throw Sandbox.InvalidFault(
                description: "\"\(text)\" is neither a probability such as 0.1 nor a count such as 3")
        }
    }
}

extension Sandbox.Fault {
    /// Reads `KIND[=VALUE][@before|@after]`.
    fileprivate init(parsing text: String) throws(Sandbox.InvalidFault) {
        func invalid(_ problem: String) -> Sandbox.InvalidFault {
            Sandbox.InvalidFault(description: "\"\(text)\" \(problem)")
        }
        let staged = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let stages: [Substring: Stage] = ["before": .beforeProcessing, "after": .afterProcessing]
        let stage = staged.count == 2 ? stages[staged[1]] : nil
        guard staged.count == 1 || stage != nil else { throw invalid("must end in @before or @after") }
        let valued = staged[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = valued.count == 2 ? Int64(valued[1]) : nil
        if valued.count == 2 {
            guard let value, (0...31_536_000_000).contains(value) else { throw invalid("has no whole number behind =") }
        }
        let (time, count) = (Duration.milliseconds(value ?? 0), Int(clamping: value ?? 0))
        let withoutValue: [Self] = [
            .lostAnswer, .droppedRequest, .connectionRefused, .expiredCredential, .deniedRevocation,
            .maintenance(stage ?? .beforeProcessing), .changedLabel(.upperCase), .changedLabel(.slug),
            .changedLabel(.trimmed), .changedLabel(.escaped),
        ]
        let withValue: [Self] = [
            .slow(time, stage ?? .beforeProcessing), .carriedOutLate(after: time), .delayedListing(by: time),
            .activates(after: time), .changedLabel(.cut(count)), .cutBody(afterBytes: count),
            .cutHead(afterBytes: count), .cutHeadCleanly(afterBytes: count),
        ]
        let withEither: [Self] = [
            .rateLimited(retryAfter: value.map { .milliseconds($0) }),
            .serverError(Int(clamping: value ?? 503), stage ?? .beforeProcessing),
        ]
        // A fault is spelled in one place: its description.
        func named(_ faults: [Self]) -> Self? {
            faults.first { $0.description.prefix(while: \.isLetter) == valued[0] }
        }
        if let fault = named(withoutValue) {
            guard value == nil else { throw invalid("takes no value") }
            self = fault
        } else if let fault = named(withValue) {
            guard value != nil else { throw invalid("needs a value, such as \(valued[0])=100") }
            self = fault
        } else if let fault = named(withEither) {
            if case .answer(let answer) = fault.effect, !(400...599).contains(answer.status) {
                throw invalid("is not an error's status")
            }
            self = fault
        } else {
            throw invalid("is not a fault")
        }
        guard self.stage == stage ?? self.stage else { throw invalid("does not happen at that stage") }
    }
}
