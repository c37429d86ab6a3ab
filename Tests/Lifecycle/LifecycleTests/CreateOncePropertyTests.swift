import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

/// `createOnce` through random faults: whatever happens, one call leaves at most one key, and no secret is lost unless
/// the error says which key it is.
@Suite(.timeLimit(.minutes(5)), .serialized) struct CreateOncePropertyTests {
    /// 10,000 runs in all. A failure names its seed.
    @Test(arguments: Place.all)
    func leavesOneKeyOrSaysWhich(_ place: Place) async throws {
        var endings: [String: Int] = [:]
        for seed in 0..<UInt64(2000) {
            endings[try await Run(place, seed: seed).play(), default: 0] += 1
        }
        // Every ending has to have been seen, or the faults show nothing.
        for ending in ["returned", "unresolved"] { #expect(endings[ending, default: 0] > 50, "\(endings)") }
        if place.revokeOperation != nil { #expect(endings["nothing left", default: 0] > 0, "\(endings)") }
    }
}

/// One call, with the faults of one seed.
private struct Run {
    private let place: Place
    private let seed: UInt64
    private let sandbox: Sandbox
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))
    private let transport: FaultyTransport

    init(_ place: Place, seed: UInt64) {
        self.place = place
        self.seed = seed
        sandbox = Sandbox(seed: seed, clock: clock)
        transport = FaultyTransport(sandbox, clock, place, seed: seed)
    }

    /// - Returns: How the call ended.
    func play() async throws -> String {
        let marker = KeyMarker.random()
        // The sandbox answers at once or never: nothing is gained by waiting for an answer after cancellation.
        let configuration = ClientConfiguration(
            retry: RetryPolicy(maxRetries: 1), answerGrace: .zero, clock: clock, random: { $0.upperBound })
        let ring = place.ring(sandbox, transport, configuration)
        let begins = AsyncStream<Void>.makeStream()
        let task = Task { () -> Result<IssuedKey, APIError> in
            for await _ in begins.stream { break }
            do throws(APIError) {
                return .success(try await ring.createOnce(label: "ci", marker: marker))
            } catch {
                return .failure(error)
            }
        }
        transport.onCancel { task.cancel() }
        begins.continuation.finish()
        let result = await task.value
        await transport.settle()
        let live = place.keys(sandbox).filter { $0.label?.contains("#\(marker)") == true }
        let context: Comment = "\(place), seed \(seed): \(result), live: \(live.map(\.id))"

        #expect(live.count <= 1, context)
        switch result {
        case .success(let key):
            #expect(live.map(\.secret) == [key.secret], context)
            #expect(key.id == nil || live.map(\.id) == [key.id], context)
            return "returned"
        case .failure(let error):
            guard let unresolved = error.underlying as? UnresolvedKey else {
                #expect(live == [], context)
                return "nothing left"
            }
            #expect(unresolved.marker == marker, context)
            #expect(error.outcome != .notProcessed, context)
            if let secret = error.recoveredSecret { #expect(live.map(\.secret).contains(secret), context) }
            return "unresolved"
        }
    }
}

/// Lets requests go wrong on their way to a sandbox, by the draws of a seed, and cancels the call at one of them.
///
/// What takes effect late, or is listed late, does so 2 seconds later at most, and both together before a call that
/// waits for 5 seconds looks.
private final class FaultyTransport: HTTPTransport {
    private enum Fault: CaseIterable {
        case lostAnswer, droppedRequest, refused, unavailableBefore, unavailableAfter, cutBody, rateLimited
        case late, listedLate
    }

    private struct State: Sendable {
        var random: SeededGenerator
        var late: [(due: TestClock.Instant, request: HTTPRequest)] = []
        var count = 0
        var cancel: (@Sendable () -> Void)?
    }

    private let sandbox: Sandbox
    private let clock: TestClock
    private let place: Place
    private let probability: Double
    private let cancelsAt: Int?
    private let state: Locked<State>

    init(_ sandbox: Sandbox, _ clock: TestClock, _ place: Place, seed: UInt64) {
        var random = SeededGenerator(seed: seed, name: place.description)
        (self.sandbox, self.clock, self.place) = (sandbox, clock, place)
        probability = Double.random(in: 0...0.7, using: &random)
        cancelsAt = Bool.random(using: &random) ? nil : Int.random(in: 1...6, using: &random)
        state = Locked(State(random: random))
    }

    func onCancel(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    /// Carries out what is late still.
    func settle() async {
        clock.advance(by: .seconds(60))
        await carryOutWhatIsDue()
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        await carryOutWhatIsDue()
        let isCreate = request.method == .post
        let (fault, number) = state.withLock { state in
            state.count += 1
            if state.count == cancelsAt { state.cancel?() }
            let number = Int.random(in: 0...2000, using: &state.random)
            guard Double.random(in: 0..<1, using: &state.random) < probability else { return (Fault?.none, number) }
            let faults = isCreate ? Fault.allCases : [.lostAnswer, .unavailableBefore, .cutBody]
            return (faults.randomElement(using: &state.random), number)
        }
        switch fault {
        case nil: return try await sandbox.send(request)
        case .droppedRequest: throw NetworkFailure(reason: .connectionLost)
        case .refused: throw NetworkFailure(reason: .connectionRefused)
        case .unavailableBefore: return HTTPResponse(status: 503)
        case .rateLimited: return HTTPResponse(status: 429)
        case .lostAnswer:
            _ = try await sandbox.send(request)
            throw NetworkFailure(reason: .connectionLost)
        case .unavailableAfter:
            _ = try await sandbox.send(request)
            return HTTPResponse(status: 503)
        case .cutBody:
            var response = try await sandbox.send(request)
            response.body = response.body.prefix(number % (response.body.count + 1))
            throw NetworkFailure(reason: .connectionLost, partialResponse: response)
        case .late:
            let due = clock.now.advanced(by: .milliseconds(number))
            state.withLock { $0.late.append((due, request)) }
            throw NetworkFailure(reason: .connectionLost)
        case .listedLate:
            try sandbox.inject(.delayedListing(by: .milliseconds(number)), into: place.target(place.createOperation))
            _ = try await sandbox.send(request)
            throw NetworkFailure(reason: .connectionLost)
        }
    }

    private func carryOutWhatIsDue() async {
        let due = state.withLock { [now = clock.now] state in
            defer { state.late.removeAll { $0.due <= now } }
            return state.late.filter { $0.due <= now }
        }
        for (_, request) in due { _ = try? await sandbox.send(request) }
    }
}
