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
    /// - Throws: ``InvalidFault`` for a text that is none, or an operation that no provider has.
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
        let kind = String(valued[0])

        switch (kind, value) {
        case ("lostAnswer", nil): self = .lostAnswer
        case ("droppedRequest", nil): self = .droppedRequest
        case ("connectionRefused", nil): self = .connectionRefused
        case ("expiredCredential", nil): self = .expiredCredential
        case ("rateLimited", let hint): self = .rateLimited(retryAfter: hint.map { .milliseconds($0) })
        case ("serverError", let status):
            guard (400...599).contains(status ?? 503) else { throw invalid("is not an error's status") }
            self = .serverError(Int(status ?? 503), stage ?? .beforeProcessing)
        case ("slow", let time?): self = .slow(.milliseconds(time), stage ?? .beforeProcessing)
        case ("carriedOutLate", let time?): self = .carriedOutLate(after: .milliseconds(time))
        case ("delayedListing", let time?): self = .delayedListing(by: .milliseconds(time))
        case ("activatesAfter", let time?): self = .activates(after: .milliseconds(time))
        case ("cutLabel", let length?): self = .changedLabel(.cut(Int(clamping: length)))
        case ("upperCaseLabel", nil): self = .changedLabel(.upperCase)
        case ("slugLabel", nil): self = .changedLabel(.slug)
        case ("trimmedLabel", nil): self = .changedLabel(.trimmed)
        case ("escapedLabel", nil): self = .changedLabel(.escaped)
        case ("deniedRevocation", nil): self = .deniedRevocation
        case ("maintenance", nil): self = .maintenance(stage ?? .beforeProcessing)
        case ("cutBody", let bytes?): self = .cutBody(afterBytes: Int(clamping: bytes))
        case ("cutHead", let bytes?): self = .cutHead(afterBytes: Int(clamping: bytes))
        case ("cutHeadCleanly", let bytes?): self = .cutHeadCleanly(afterBytes: Int(clamping: bytes))
        case ("lostAnswer", _), ("droppedRequest", _), ("connectionRefused", _), ("expiredCredential", _),
            ("upperCaseLabel", _), ("slugLabel", _), ("trimmedLabel", _), ("escapedLabel", _), ("deniedRevocation", _),
            ("maintenance", _):
            throw invalid("takes no value")
        case ("slow", nil), ("carriedOutLate", nil), ("delayedListing", nil), ("cutBody", nil), ("cutHead", nil),
            ("cutHeadCleanly", nil), ("activatesAfter", nil), ("cutLabel", nil):
            throw invalid("needs a value, such as \(kind)=100")
        default: throw invalid("is not a fault")
        }
        guard self.stage == stage ?? self.stage else { throw invalid("does not happen at that stage") }
    }
}
