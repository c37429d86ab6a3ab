import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct RotationTests {
    private let provider = FakeProvider(listHoldsSecrets: false)
    private let oldID: String
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))

    init() {
        oldID = provider.add("ci").listed.id
    }

    private var ring: FakeRing { FakeRing(provider: provider, clock: clock) }

    /// Rotates in a task that the provider's script can cancel.
    private func rotate(
        overlap: Duration = .zero,
        store: @escaping @Sendable (IssuedKey) async throws -> Void = { _ in },
        verify: (@Sendable (IssuedKey) async throws -> Void)? = nil
    ) async -> Result<Rotation, RotationError> {
        let (ring, oldID, begins) = (ring, oldID, Signal())
        let task = Task { () -> Result<Rotation, RotationError> in
            await begins.wait()
            do throws(RotationError) {
                return .success(
                    try await ring.rotate(oldID, label: "ci", overlap: overlap, store: store, verify: verify))
            } catch {
                return .failure(error)
            }
        }
        provider.onCancel { task.cancel() }
        begins.set()
        return await task.value
    }

    private func failure(_ result: Result<Rotation, RotationError>) throws -> RotationError {
        guard case .failure(let error) = result else { throw VaultError() }
        return error
    }

    @Test func replacesTheKey() async throws {
        let stored = Locked<[String]>([])
        let rotation = try await rotate(
            overlap: .seconds(9),
            store: { key in stored.withLock { $0.append("store \(key.id ?? "")") } },
            verify: { key in stored.withLock { $0.append("verify \(key.id ?? "")") } }
        ).get()
        #expect(rotation.issued.id == "k2")
        #expect(rotation.retired == oldID)
        #expect(provider.ids == ["k2"])
        #expect(stored.withLock { $0 } == ["verify k2", "store k2"])
        #expect(clock.skippedSleeps == [.seconds(9)])
        #expect(provider.log.filter { !$0.hasPrefix("create") } == ["list", "list", "revoke k1", "list"])
    }

    // MARK: - A failure at each step

    @Test func anAbsentKeyIsNotReplaced() async throws {
        try await provider.revoke(oldID)
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == [])
        #expect(error.issued == nil)
        #expect((error.underlying as? APIError)?.kind == .notFound)
        #expect(provider.ids == [])
    }

    @Test func aListThatFailsReplacesNothing() async throws {
        provider.script(lists: [.fails(.forbidden)])
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    @Test func aCreateThatFailsLeavesTheOldKey() async throws {
        provider.script(creates: [.fails(.forbidden)])
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    @Test func aCreateThatLeavesKeysNamesThem() async throws {
        provider.script(creates: [.isLost], revokes: [.fails(.forbidden)])
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == ["k1", "k2"])
        #expect(provider.ids == ["k1", "k2"])
    }

    @Test(arguments: [RotationError.Step.store, .verify])
    func aKeyThatCannotBeUsedIsRevoked(_ step: RotationError.Step) async throws {
        let error = try failure(
            await rotate(
                store: { _ in throw VaultError() }, verify: { _ in if step == .verify { throw VaultError() } }))
        #expect(error.step == step)
        #expect(error.workingKeyIDs == [oldID])
        #expect(error.issued == nil)
        #expect(error.underlying is VaultError)
        #expect(provider.ids == [oldID])
    }

    @Test(arguments: [RotationError.Step.store, .verify])
    func aKeyThatCannotBeRevokedIsInTheError(_ step: RotationError.Step) async throws {
        provider.script(revokes: [.fails(.forbidden)])
        let error = try failure(
            await rotate(
                store: { _ in throw VaultError() }, verify: { _ in if step == .verify { throw VaultError() } }))
        #expect(error.step == step)
        #expect(error.workingKeyIDs == [oldID, "k2"])
        #expect(error.issued?.secret == Secret("secret-2"))
        #expect(error.underlying is VaultError)
        #expect(provider.ids == [oldID, "k2"])
    }

    @Test func verifyIsRepeatedUntilItSucceeds() async throws {
        let attempts = Locked(0)
        let rotation = try await rotate(verify: { _ in
            if attempts.withLock({
                $0 += 1; return $0
            }) < 5 {
                throw VaultError()
            }
        }).get()
        #expect(provider.ids == [rotation.issued.id])
        #expect(clock.skippedSleeps == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
    }

    @Test func verifyIsAttemptedOnceMoreWhenTheTimeIsUp() async throws {
        let attempts = Locked(0)
        let error = try failure(
            await rotate(verify: { _ in
                attempts.withLock { $0 += 1 }
                throw VaultError()
            }))
        #expect(error.step == .verify)
        #expect(clock.skippedSleeps.reduce(.zero, +) == .seconds(30))
        #expect(attempts.withLock { $0 } == clock.skippedSleeps.count + 1)
    }

    @Test func anOldKeyThatCannotBeRevokedIsNamed() async throws {
        provider.script(revokes: [.fails(.forbidden)])
        let error = try failure(await rotate())
        #expect(error.step == .revoke)
        #expect(error.workingKeyIDs == [oldID, "k2"])
        #expect(error.issued?.id == "k2")
        #expect(provider.ids == [oldID, "k2"])
    }

    @Test func aRevokeWhoseAnswerIsLostIsLookedUp() async throws {
        provider.script(revokes: [.isLost])
        let rotation = try await rotate().get()
        #expect(provider.ids == [rotation.issued.id])
        #expect(provider.log.suffix(3) == ["revoke k1", "list", "list"])
    }

    @Test func aRevokeThatMayHaveFailedIsLookedUp() async throws {
        provider.script(revokes: [.fails(.server)])
        let error = try failure(await rotate())
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID, "k2"])
    }

    // MARK: - A cancellation at each step

    @Test func cancellationWhileLookingForTheOldKey() async throws {
        provider.script(lists: [.cancels])
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID])
    }

    @Test(arguments: [FakeProvider.Create.isLost, .isDropped, .isUnreadable])
    func cancellationWhileCreating(_ create: FakeProvider.Create) async throws {
        provider.script(creates: [.cancels(then: create)])
        let error = try failure(await rotate())
        #expect(error.step == .create)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID])
    }

    @Test func cancellationBeforeStoring() async throws {
        provider.script(creates: [.cancels(then: .succeeds)])
        let error = try failure(await rotate(store: { _ in Issue.record("stored after the cancellation") }))
        #expect(error.step == .verify)
        #expect(error.underlying is CancellationError)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID])
    }

    @Test func cancellationWhileStoringLeavesBothKeys() async throws {
        let error = try failure(await rotate(store: { _ in provider.cancelTask() }))
        #expect(error.step == .overlap)
        #expect(error.underlying is CancellationError)
        #expect(error.workingKeyIDs == [oldID, "k2"])
        #expect(error.issued?.id == "k2")
        #expect(provider.ids == [oldID, "k2"])
        let pending = try #require(error.pending)
        try await ring.finishRotation(pending)
        #expect(provider.ids == ["k2"])
    }

    @Test(arguments: [false, true])
    func cancellationWhileVerifying(_ canRevoke: Bool) async throws {
        if !canRevoke { provider.script(revokes: [.fails(.forbidden)]) }
        let error = try failure(
            await rotate(
                store: { _ in Issue.record("stored after the cancellation") }, verify: { _ in provider.cancelTask() }))
        #expect(error.step == .verify)
        #expect(error.underlying is CancellationError)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(error.issued?.id == (canRevoke ? nil : "k2"))
        #expect(provider.ids == (canRevoke ? [oldID] : [oldID, "k2"]))
    }

    @Test func cancellationBetweenAttemptsToVerify() async throws {
        let error = try failure(
            await rotate(verify: { _ in
                provider.cancelTask()
                throw VaultError()
            }))
        #expect(error.step == .verify)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID])
    }

    @Test func cancellationDuringTheOverlap() async throws {
        async let result = rotate(overlap: .seconds(3600))
        await clock.waitForSleepers()
        provider.cancelTask()
        let error = try failure(await result)
        #expect(error.step == .overlap)
        #expect(error.underlying is CancellationError)
        #expect(error.issued?.id == "k2")
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID, "k2"])
    }

    @Test func cancellationWhileRevokingTheOldKey() async throws {
        provider.script(revokes: [.cancels])
        let error = try failure(await rotate())
        #expect(error.step == .revoke)
        #expect(error.workingKeyIDs == provider.ids)
        #expect(provider.ids == [oldID, "k2"])
    }

    @Test func theRevokeAfterCancellationTakes10SecondsAtMost() async throws {
        provider.script(revokes: [.hangs])
        async let result = rotate(verify: { _ in provider.cancelTask() })
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        let error = try failure(await result)
        #expect(error.step == .verify)
        #expect(error.workingKeyIDs == [oldID, "k2"])
        #expect(error.issued?.id == "k2")
    }

    // MARK: - In two halves

    private func begin() async throws -> PendingRotation {
        let pending = try await ring.beginRotation(of: oldID, label: "ci", store: { _ in })
        let data = try JSONEncoder().encode(pending)
        #expect(!String(decoding: data, as: UTF8.self).contains("secret-"))
        return try JSONDecoder().decode(PendingRotation.self, from: data)
    }

    @Test func bothKeysWorkUntilItIsFinished() async throws {
        let pending = try await begin()
        #expect(provider.ids == [oldID, "k2"])
        try await ring.finishRotation(pending)
        #expect(provider.ids == ["k2"])
        try await ring.finishRotation(pending)
        #expect(provider.ids == ["k2"])
    }

    @Test func bothKeysWorkUntilItIsAbandoned() async throws {
        let pending = try await begin()
        try await ring.abandonRotation(pending)
        #expect(provider.ids == [oldID])
        try await ring.abandonRotation(pending)
        #expect(provider.ids == [oldID])
    }

    @Test func aKeyWithoutAnIDIsFoundByItsLabel() async throws {
        var pending = try await begin()
        pending.newID = nil
        try await ring.abandonRotation(pending)
        #expect(provider.ids == [oldID])
    }

    @Test func theLastKeyIsNotRevoked() async throws {
        let pending = try await begin()
        try await ring.finishRotation(pending)
        let abandoned = await #expect(throws: RotationError.self) { try await ring.abandonRotation(pending) }
        #expect(abandoned?.workingKeyIDs == ["k2"])
        #expect(provider.ids == ["k2"])
    }

    @Test func theOldKeyIsNotRevokedForANewOneThatIsGone() async throws {
        let pending = try await begin()
        try await ring.abandonRotation(pending)
        let finished = await #expect(throws: RotationError.self) { try await ring.finishRotation(pending) }
        #expect(finished?.step == .revoke)
        #expect(finished?.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    @Test(arguments: [true, false])
    func aFailureNamesBothKeys(_ finishes: Bool) async throws {
        let pending = try await begin()
        provider.script(revokes: [.fails(.forbidden)])
        let error = await #expect(throws: RotationError.self) {
            if finishes { try await ring.finishRotation(pending) } else { try await ring.abandonRotation(pending) }
        }
        #expect(error?.step == .revoke)
        #expect(error?.workingKeyIDs == [oldID, "k2"])
    }

    @Test func whatIsPrintedHoldsNoSecret() {
        let key = IssuedKey(id: "k2", label: "ci", secret: Secret("secret-1"))
        let error = RotationError(step: .store, underlying: VaultError(), workingKeyIDs: ["k1", "k2"], issued: key)
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", String(reflecting: error), error.localizedDescription, dumped] {
            #expect(!text.contains("secret-1"))
            #expect(text.contains("store"))
        }
        #expect("\(error)" == "rotation failed at store: VaultError (keys that work: k1, k2; the new key is in issued)")
    }
}
