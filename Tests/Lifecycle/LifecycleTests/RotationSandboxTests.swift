import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

/// A failure and a cancellation at every step of a rotation: the sandbox then holds exactly the keys that the error
/// names.
@Suite(.timeLimit(.minutes(5))) struct RotationSandboxTests {
    private struct Failure: Error {}

    @Test(arguments: Place.revocable, [RotationError.Step.create, .store, .verify, .overlap, .revoke])
    func afterACancellationTheErrorSaysWhatIsLeft(_ place: Place, _ step: RotationError.Step) async throws {
        let sandbox = Sandbox()
        let transport = CancellingTransport(sandbox)
        let clock = OverlapClock { transport.cancel() }
        let ring = try #require(
            place.ring(sandbox, transport, ClientConfiguration(answerGrace: .zero, clock: clock))
                as? any RevocableKeyRing)
        let old = try #require(try await ring.create(label: "ci", options: .init()).id)
        // What is sent is: list, create, revoke.
        transport.cancelAt = [.create: 2, .revoke: 3][step]
        let task = Task { () -> RotationError? in
            do throws(RotationError) {
                _ = try await ring.rotate(
                    old, label: "ci", overlap: step == .overlap ? OverlapClock.overlap : .zero,
                    store: { _ in if step == .store { transport.cancel() } },
                    verify: { _ in if step == .verify { transport.cancel() } })
                return nil
            } catch {
                return error
            }
        }
        transport.start { task.cancel() }
        let error = await task.value
        let live = place.keys(sandbox).map(\.id)
        if step == .revoke, error == nil {
            // The answer was there before the cancellation.
            #expect(live.count == 1 && live != [old])
            return
        }
        #expect(error?.workingKeyIDs == live)
        #expect(live.contains(old))
        if step == .create {
            // A key that was created all the same is taken back before it is verified.
            #expect([.create, .verify].contains(error?.step))
        } else {
            // Once it is stored, the new key stays.
            #expect(error?.step == (step == .store ? .overlap : step))
        }
        #expect(live.count == (error?.issued == nil ? 1 : 2))
    }

    @Test(arguments: Place.revocable, [RotationError.Step.create, .store, .verify, .revoke])
    func afterAFailureTheErrorSaysWhatIsLeft(_ place: Place, _ step: RotationError.Step) async throws {
        let sandbox = Sandbox()
        let clock = TestClock(skippingSleepsUpTo: .seconds(9))
        let ring = try #require(place.revocableRing(sandbox, ClientConfiguration(clock: clock)))
        let old = try #require(try await ring.create(label: "ci", options: .init()).id)
        let operations = [step: step == .create ? place.createOperation : place.revokeOperation ?? ""]
        if [.create, .revoke].contains(step), let operation = operations[step] {
            try sandbox.inject(.expiredCredential, into: place.target(operation), .always)
        }
        let error = await #expect(throws: RotationError.self) {
            try await ring.rotate(
                old, label: "ci", store: { _ in if step == .store { throw Failure() } },
                verify: { _ in if step == .verify { throw Failure() } })
        }
        let live = place.keys(sandbox).map(\.id)
        #expect(error?.step == step)
        #expect(error?.workingKeyIDs == live)
        #expect(live.count == (step == .revoke ? 2 : 1))
        #expect(error?.issued?.secret == (step == .revoke ? place.keys(sandbox).last?.secret : nil))
    }

    @Test(arguments: Place.revocable)
    func replacesAKeyInTwoHalves(_ place: Place) async throws {
        let sandbox = Sandbox()
        let ring = try #require(place.revocableRing(sandbox))
        let old = try #require(try await ring.create(label: "ci", options: .init()).id)
        let stored = Locked<Secret?>(nil)
        let pending = try await ring.beginRotation(
            of: old, label: "ci", store: { key in stored.withLock { $0 = key.secret } })
        #expect(place.keys(sandbox).count == 2)
        let saved = try JSONEncoder().encode(pending)
        try await ring.finishRotation(JSONDecoder().decode(PendingRotation.self, from: saved))
        #expect(place.keys(sandbox).map(\.secret) == [stored.withLock { $0 }])
    }
}

/// Passes requests on, and cancels a task at one of them.
private final class CancellingTransport: HTTPTransport {
    private struct State: Sendable {
        var cancel: (@Sendable () -> Void)?
        var cancelAt: Int?
        var count = 0
    }

    private let sandbox: Sandbox
    private let state = Locked(State())

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    /// The request at which the task is cancelled, counted from ``start(_:)`` on.
    var cancelAt: Int? {
        get { state.withLock { $0.cancelAt } }
        set { state.withLock { $0.cancelAt = newValue } }
    }

    func start(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    func cancel() { state.withLock { $0.cancel }?() }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let isCancelled = state.withLock { state in
            guard state.cancelAt != nil else { return false }
            state.count += 1
            return state.count == state.cancelAt
        }
        if isCancelled { cancel() }
        return try await sandbox.send(request)
    }
}

/// The system's clock, which says when an overlap begins.
private struct OverlapClock: Clock {
    static let overlap = Duration.seconds(3600)

    private let clock = ContinuousClock()
    private let onOverlap: @Sendable () -> Void

    init(_ onOverlap: @escaping @Sendable () -> Void) { self.onOverlap = onOverlap }

    var now: ContinuousClock.Instant { clock.now }
    var minimumResolution: Duration { clock.minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        if now.duration(to: deadline) > Self.overlap / 2 { onOverlap() }
        try await clock.sleep(until: deadline, tolerance: tolerance)
    }
}
