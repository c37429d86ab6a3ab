import APIKeys
import APIKeysTesting
import Foundation

/// A provider in memory that does what a script says, call by call, and works as it should after the script's end.
final class FakeProvider: Sendable {
    enum Create: Sendable {
        case succeeds
        /// The key exists, and the answer is lost.
        case isLost
        /// Nothing exists, and the answer is lost.
        case isDropped
        /// The answer is lost, and the key turns up only after so many listings.
        case isLate(listings: Int)
        /// A success whose body cannot be read.
        case isUnreadable
        /// A success whose body cannot be read but for the secret.
        case isRecovered
        case fails(
            APIError.Kind, APIError.Outcome = .notProcessed, status: Int? = nil, retryAfter: Duration? = nil,
            message: String? = nil)
        case `throws`(APIError)
        /// The key exists, and another secret was read in its answer.
        case isGuessed(Secret)
        /// The answer holds the key, which is listed only after so many listings.
        case isListedLate(listings: Int)
        /// A key is created, as if the request had come twice; then goes on.
        indirect case creates(then: Create)
        /// The task is cancelled meanwhile; then goes on.
        indirect case cancels(then: Create)
    }

    enum Call: Sendable {
        case succeeds
        case fails(APIError.Kind)
        /// The task is cancelled meanwhile, and the call fails as the client's do.
        case cancels
        /// Never ends by itself.
        case hangs
        /// Takes effect, and its answer is lost. For revoking.
        case isLost
    }

    struct Key: Sendable {
        let listed: ListedKey
        let secret: Secret
        var hiddenListings = 0
    }

    struct State: Sendable {
        var keys: [Key] = []
        var creates: [Create] = []
        var lists: [Call] = []
        var revokes: [Call] = []
        var log: [String] = []
        var created = 0
        var task: (@Sendable () -> Void)?
    }

    let state = Locked(State())
    let listHoldsSecrets: Bool

    init(listHoldsSecrets: Bool = true) {
        self.listHoldsSecrets = listHoldsSecrets
    }

    func script(creates: [Create] = [], lists: [Call] = [], revokes: [Call] = []) {
        state.withLock { state in
            state.creates = creates
            state.lists = lists
            state.revokes = revokes
        }
    }

    /// What a scripted cancellation calls.
    func onCancel(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.task = cancel } }

    /// The calls so far.
    var log: [String] { state.withLock { $0.log } }
    /// The keys that work.
    var keys: [Key] { state.withLock { $0.keys } }
    var ids: [String] { keys.map(\.listed.id) }

    @discardableResult
    func add(_ label: String) -> Key {
        state.withLock { Self.add(label, to: &$0) }
    }

    private static func add(_ label: String, to state: inout State, hiddenListings: Int = 0) -> Key {
        state.created += 1
        let key = Key(
            listed: ListedKey(id: "k\(state.created)", label: label), secret: Secret("secret-\(state.created)"),
            hiddenListings: hiddenListings)
        state.keys.append(key)
        return key
    }

    func cancelTask() { state.withLock { $0.task }?() }

    func create(_ label: String) throws(APIError) -> IssuedKey {
        let step = state.withLock { state in
            state.log.append("create \(label)")
            return state.creates.isEmpty ? .succeeds : state.creates.removeFirst()
        }
        return try create(label, step)
    }

    private func create(_ label: String, _ step: Create) throws(APIError) -> IssuedKey {
        func add(_ hiddenListings: Int = 0) -> Key {
            state.withLock { Self.add(label, to: &$0, hiddenListings: hiddenListings) }
        }
        switch step {
        case .succeeds:
            let key = add()
            return IssuedKey(id: key.listed.id, label: label, secret: key.secret)
        case .isLost:
            _ = add()
            throw Self.error("create", .network(NetworkFailure(reason: .connectionLost)), .unknown)
        case .isDropped: throw Self.error("create", .network(NetworkFailure(reason: .connectionLost)), .unknown)
        case .isLate(let listings):
            _ = add(listings)
            throw Self.error("create", .network(NetworkFailure(reason: .connectionLost)), .unknown)
        case .isUnreadable:
            _ = add()
            throw Self.error("create", .decoding, .processed)
        case .isRecovered:
            var error = Self.error("create", .decoding, .processed)
            error.recoveredSecret = add().secret
            throw error
        case .fails(let kind, let outcome, let status, let retryAfter, let message):
            var error = Self.error("create", kind, outcome)
            (error.status, error.retryAfter, error.message) = (status, retryAfter, message)
            throw error
        case .throws(let error): throw error
        case .isGuessed(let secret):
            _ = add()
            var error = Self.error("create", .decoding, .processed)
            error.recoveredSecret = secret
            throw error
        case .isListedLate(let listings):
            let key = add(listings)
            return IssuedKey(id: key.listed.id, label: label, secret: key.secret)
        case .creates(let next):
            _ = add()
            return try create(label, next)
        case .cancels(let next):
            cancelTask()
            return try create(label, next)
        }
    }

    func list() async throws(APIError) -> [ListedKey] {
        let step = next("list") { $0.lists.isEmpty ? nil : $0.lists.removeFirst() }
        try await play(step, "list")
        return state.withLock { state in
            let visible = state.keys.filter { $0.hiddenListings == 0 }
            for index in state.keys.indices where state.keys[index].hiddenListings > 0 {
                state.keys[index].hiddenListings -= 1
            }
            return visible.map { key in
                var listed = key.listed
                listed.secret = listHoldsSecrets ? key.secret : nil
                return listed
            }
        }
    }

    func revoke(_ id: String) async throws(APIError) {
        let step = next("revoke \(id)") { $0.revokes.isEmpty ? nil : $0.revokes.removeFirst() }
        if case .isLost = step {} else { try await play(step, "revoke") }
        state.withLock { $0.keys.removeAll { $0.listed.id == id } }
        if case .isLost = step {
            throw Self.error("revoke", .network(NetworkFailure(reason: .connectionLost)), .unknown)
        }
    }

    private func next(_ entry: String, _ step: (inout State) -> Call?) -> Call {
        state.withLock { state in
            state.log.append(entry)
            return step(&state) ?? .succeeds
        }
    }

    private func play(_ step: Call, _ operation: String) async throws(APIError) {
        switch step {
        case .succeeds, .isLost: break
        case .fails(let kind): throw Self.error(operation, kind, kind == .server ? .unknown : .notProcessed)
        case .cancels: cancelTask()
        case .hangs: try? await hang()
        }
        if Task.isCancelled { throw Self.error(operation, .cancelled, .notProcessed) }
    }

    static func error(_ operation: String, _ kind: APIError.Kind, _ outcome: APIError.Outcome) -> APIError {
        APIError(kind: kind, outcome: outcome, provider: "Fake", operation: operation)
    }
}

/// A ring of a ``FakeProvider`` that can revoke.
struct FakeRing: RevocableKeyRing {
    let provider: FakeProvider
    var place = "fake"
    /// The same at every place, as with one credential.
    var account: AnyHashable { "account" }
    var clock: any Clock<Duration> = TestClock(skippingSleepsUpTo: .seconds(9))

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        try provider.create(label)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await provider.list() }

    func revoke(id: String, options: RequestOptions) async throws(APIError) { try await provider.revoke(id) }
}

/// A ring of a ``FakeProvider`` that cannot revoke, and whose labels have a limit.
struct FixedRing: KeyRing {
    let fake: FakeProvider
    var place = "fixed"
    var clock: any Clock<Duration> = TestClock(skippingSleepsUpTo: .seconds(9))
    var provider: String { "Fake" }
    var maximumLabelLength: Int? { 40 }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey { try fake.create(label) }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await fake.list() }
}

/// A user's error, whose text holds what must not be printed.
struct VaultError: Error, CustomStringConvertible {
    var description: String { "vault: secret-1 was not written" }
}
