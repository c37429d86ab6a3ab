extension ProvisioningReport: OneDescription, CustomReflectable {
    /// One line: how many items each list has, and why the failed ones failed.
    public var description: String {
        var facts = ["\(stored.count) stored"]
        if !replaced.isEmpty { facts.append("\(replaced.count) replaced") }
        facts += ["\(skipped.count) skipped", failed.words, "\(notTried.count) not tried"]
        if !unresolved.isEmpty { facts.append("\(unresolved.count) unresolved") }
        if !overlapping.isEmpty { facts.append("\(overlapping.count) overlapping") }
        return facts.joined(separator: ", ").escapingControls
    }

    /// A mirror that shows only the type of an error from outside this package.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "stored": stored, "replaced": replaced, "skipped": skipped,
            "failed": failed.mapValues { String(printing: $0) }, "notTried": notTried, "unresolved": unresolved,
            "overlapping": overlapping,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}

extension ProvisioningEvent.Kind: OneDescription, CustomReflectable {
    /// What happened, in words: `failed: Junction.createTeamAPIKey: 403 forbidden (not processed)`.
    public var description: String {
        switch self {
        case .started: "started"
        case .created: "created"
        case .adopted: "adopted"
        case .verified: "verified"
        case .stored: "stored"
        case .replaced: "replaced"
        case .retired: "retired"
        case .skipped: "skipped"
        case .failed(let error): "failed: \(String(printing: error))"
        case .throttled(let count): "throttled(to: \(count))"
        case .finished(let report): "finished: \(report)"
        }
    }

    /// A mirror without children: the description says everything, and only the type of an error from outside this
    /// package.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProvisioningEvent: CustomStringConvertible {
    /// What happened, and to which item.
    public var description: String { (item.map { "\($0): " } ?? "").escapingControls + kind.description }
}

extension RetirementReport: OneDescription, CustomReflectable {
    /// One line: how many items each list has, and why the failed ones failed.
    public var description: String {
        let text = "\(retired.count) retired, \(failed.words)"
        return (unresolved.isEmpty ? text : "\(text), \(unresolved.count) unresolved").escapingControls
    }

    /// A mirror that shows only the type of an error from outside this package.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "retired": retired, "failed": failed.mapValues { String(printing: $0) }, "unresolved": unresolved,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}

extension [String: any Error] {
    /// How many items failed, and why: `1 failed (i1: 403 forbidden)`.
    fileprivate var words: String {
        let reasons = sorted { $0.key < $1.key }.map { "\($0.key): \(String(printing: $0.value))" }
        return "\(count) failed" + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
    }
}
