import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

/// Collects every printed form of the values that it is shown, and which types they are of.
final class Gallery: Sendable {
    private struct State: Sendable {
        /// The texts, and what printed each of them first.
        var texts: [String: String] = [:]
        var types: Set<String> = []
        var calls: Set<String> = []
        var sentinels = Set(Sentinel.all)
        var room = ""
        /// The types of which an expectation has failed.
        var failed: Set<String> = []
    }

    private static let failsExpectations =
        ProcessInfo.processInfo.environment["APIKEYS_FAILING_EXPECTATIONS"] != nil

    private let state = Locked(State())

    var types: Set<String> { state.withLock { $0.types } }
    var calls: Set<String> { state.withLock { $0.calls } }
    var count: Int { state.withLock { $0.texts.count } }

    /// Names where the next values come from.
    func enter(_ room: String) { state.withLock { $0.room = room } }

    /// Looks for this text too, from the first value on.
    func add(_ sentinel: Sentinel) { state.withLock { _ = $0.sentinels.insert(sentinel) } }

    /// Notes that a client's method was called: `JunctionClient.teams`.
    func note(call: String) { state.withLock { _ = $0.calls.insert(call) } }

    /// Prints a value in every way that there is.
    func show(_ value: Any) {
        let name = Self.name(of: value)
        if let error = value as? APIError, let underlying = error.underlying as? UnexpectedRequest { show(underlying) }
        for (form, text) in PrintedForms.all(of: value) { show(text, as: "\(name), \(form)") }
        var types: Set<String> = []
        Self.collectTypes(of: value, into: &types, depth: 0)
        let isNew = state.withLock { state in
            state.types.formUnion(types)
            return state.failed.insert(name).inserted
        }
        // On the console, which Tests/Sentinels/run searches.
        if isNew, Self.failsExpectations { withKnownIssue { #expect(isNothing(value)) } }
    }

    /// Keeps a text that something else has printed: a file, an output.
    func show(_ text: String, as name: String) {
        state.withLock { state in
            if state.texts[text] == nil { state.texts[text] = "\(state.room): \(name)" }
        }
    }

    /// Runs something, and shows what it returns or throws.
    @discardableResult
    func show<Value>(_ body: () async throws -> Value) async -> Value? {
        do {
            let value = try await body()
            show(value)
            return value
        } catch {
            show(error)
            return nil
        }
    }

    /// Where a sentinel was printed.
    var leaks: [String] {
        let state = state.withLock { $0 }
        let search = SentinelSearch(state.sentinels)
        return state.texts.flatMap { text, origin in search.findings(in: text).map { "\(origin): \($0)" } }.sorted()
    }

    /// The name of a value's type, without the arguments of a generic one: `APIKeys.PagedSequence.Pages`.
    static func name(of value: Any) -> String {
        var (depth, name) = (0, "")
        for character in String(reflecting: type(of: value)) {
            if character == ">" { depth -= 1 }
            if character == "<" { depth += 1 } else if character != ">", depth == 0 { name.append(character) }
        }
        return name
    }

    private static func collectTypes(of value: Any, into types: inout Set<String>, depth: Int) {
        types.insert(name(of: value))
        guard depth < 20 else { return }
        var mirror: Mirror? = Mirror(reflecting: value)
        while let next = mirror {
            for child in next.children { collectTypes(of: child.value, into: &types, depth: depth + 1) }
            mirror = next.superclassMirror
        }
    }
}

/// Is never so.
private func isNothing(_ value: Any) -> Bool { false }
