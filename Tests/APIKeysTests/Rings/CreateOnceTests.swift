import APIKeysTesting
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct CreateOnceTests {
    private let marker: KeyMarker

    init() throws {
        marker = try #require(KeyMarker("k7f3q9d2"))
    }

    /// The call, with a marker that is known here and that the user did not give.
    private func run<Ring: KeyRing>(
        _ ring: Ring, label: String = "ci", settling: Duration = .seconds(5)
    ) async -> Result<IssuedKey, APIError> {
        var creation = OnceCreation(
            ring: ring, label: label, marking: .init(marker: marker), settling: settling, options: .init())
        do throws(APIError) {
            return .success(try await creation.run())
        } catch {
            return .failure(error)
        }
    }

    /// Runs the call in a task that the provider's script can cancel.
    private func runCancelled(_ ring: some KeyRing, _ provider: FakeProvider) async -> Result<IssuedKey, APIError> {
        let begins = Signal()
        let task = Task {
            await begins.wait()
            return await run(ring)
        }
        provider.onCancel { task.cancel() }
        begins.set()
        return await task.value
    }

    private func failure(_ result: Result<IssuedKey, APIError>) throws -> (APIError, UnresolvedKey?) {
        guard case .failure(let error) = result else {
            throw APIError(kind: .decoding, outcome: .processed, provider: "", operation: "a key was returned")
        }
        return (error, error.unresolved)
    }

    // MARK: - A ring that can revoke

    @Test func createsOne() async throws {
        let provider = FakeProvider()
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key == IssuedKey(id: "k1", label: "ci #k7f3q9d2", secret: Secret("secret-1")))
        #expect(provider.log == ["create ci #k7f3q9d2"])
    }

    @Test func aRefusalEndsIt() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.fails(.validation(.init(detail: [])))])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.kind == .validation(.init(detail: [])))
        #expect(error.outcome == .notProcessed)
        #expect(unresolved == nil)
        #expect(provider.log.count == 1)
    }

    @Test func aLostKeyIsTakenFromTheList() async throws {
        let provider = FakeProvider()
        provider.add("other #zzzzzzzz")
        provider.add("ci #k7f3q9d2x")
        provider.script(creates: [.isLost])
        let ring = FakeRing(provider: provider)
        let key = try await run(ring).get()
        #expect(key.id == "k3")
        #expect(key.secret == Secret("secret-3"))
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
        #expect((ring.clock as? TestClock)?.skippedSleeps == [.seconds(5)])
        #expect(provider.ids == ["k1", "k2", "k3"])
    }

    @Test(arguments: [FakeProvider.Create.isLost, .isUnreadable])
    func aLostKeyWithoutItsSecretIsReplaced(_ create: FakeProvider.Create) async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [create])
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key.label == "ci #k7f3q9d2.2")
        #expect(provider.log == ["create ci #k7f3q9d2", "list", "revoke k1", "create ci #k7f3q9d2.2", "list"])
        #expect(provider.ids == [key.id])
    }

    @Test(arguments: [true, false])
    func aKeyThatTurnsUpLateIsRevoked(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isLate(listings: 1)])
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key.id == "k2")
        #expect(provider.log == ["create ci #k7f3q9d2", "list", "create ci #k7f3q9d2.2", "list", "revoke k1"])
        #expect(provider.ids == ["k2"])
    }

    @Test func ofSeveralKeysOneIsKept() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLate(listings: 1), .isLost])
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key.id == "k1")
        #expect(provider.ids == ["k1"])
        #expect(provider.log.last == "revoke k2")
    }

    @Test func createsAtMostThreeTimes() async throws {
        let provider = FakeProvider()
        provider.script(creates: Array(repeating: .isDropped, count: 4))
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(
            provider.log.filter { $0.hasPrefix("create") }.map { String($0.dropFirst(7)) }
                == (1...3).map { marker.label("ci", $0) })
        #expect(error.outcome == .unknown)
        #expect(error.kind == .network(NetworkFailure(reason: .connectionLost)))
        #expect(unresolved?.marker == marker)
        #expect(unresolved?.keyIDs == [])
    }

    @Test func threeKeysThatWereAllRevokedLeaveNothingUnresolved() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: Array(repeating: .isUnreadable, count: 3))
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.kind == .decoding)
        #expect(unresolved == nil)
        #expect(provider.ids == [])
    }

    @Test func aRefusalAfterADoubtLeavesTheDoubt() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isDropped, .fails(.forbidden)])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .unknown)
        #expect(unresolved != nil)
    }

    @Test func aListThatFailsLeavesTheDoubt() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost], lists: [.fails(.forbidden)])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .unknown)
        #expect(unresolved?.marker == marker)
        #expect((unresolved?.underlying as? APIError)?.outcome == .notProcessed)
        #expect(
            "\(error)"
                == "Fake.list: forbidden (outcome unknown: the server may have carried the request out; a key may work "
                + "that nobody holds, labelled #k7f3q9d2)")
        #expect(
            "\(try #require(unresolved))"
                == "a key may work that nobody holds, labelled #k7f3q9d2: Fake.list: forbidden (not processed)")
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
    }

    @Test func aRevokeThatFailsNamesTheKey() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLost], revokes: [.fails(.forbidden)])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.outcome == .unknown)
        #expect(error.recoveredSecret == nil)
        #expect(unresolved?.keyIDs == ["k1"])
        #expect(provider.ids == ["k1"])
    }

    @Test func aKeyInHandIsNotLostWithTheOthers() async throws {
        for (lists, revokes, ids) in [
            ([FakeProvider.Call.succeeds, .fails(.server)], [FakeProvider.Call](), [String]()),
            ([], [.fails(.forbidden)], ["k1"]),
        ] {
            let provider = FakeProvider(listHoldsSecrets: false)
            provider.script(creates: [.isLate(listings: 1)], lists: lists, revokes: revokes)
            let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
            #expect(error.outcome == .unknown)
            #expect(error.recoveredSecret == Secret("secret-2"))
            #expect(unresolved?.keyIDs == ids)
            #expect(provider.ids == ["k1", "k2"])
        }
    }

    @Test func aFoundKeyIsNotLostWithTheOthers() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLate(listings: 1), .isLost], revokes: [.fails(.forbidden)])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.recoveredSecret == Secret("secret-1"))
        #expect(unresolved?.keyIDs == ["k2"])
    }

    @Test func aRecoveredSecretIsAKey() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isRecovered])
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key == IssuedKey(id: "k1", label: "ci #k7f3q9d2", secret: Secret("secret-1")))
        #expect(provider.ids == ["k1"])
    }

    @Test func aRecoveredSecretThatCannotBeConfirmedIsOffered() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isRecovered], lists: [.fails(.forbidden)])
        let (error, unresolved) = try failure(await run(FakeRing(provider: provider)))
        #expect(error.recoveredSecret == Secret("secret-1"))
        #expect(error.outcome == .unknown)
        #expect(unresolved?.marker == marker)
        #expect(provider.ids == ["k1"])
    }

    @Test func aRecoveredSecretOfASecondCreateIsKept() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLate(listings: 1), .isRecovered])
        let key = try await run(FakeRing(provider: provider)).get()
        #expect(key == IssuedKey(id: "k2", label: "ci #k7f3q9d2.2", secret: Secret("secret-2")))
        #expect(provider.ids == ["k2"])
    }

    // MARK: - A ring that cannot

    @Test func withoutRevokeAFoundSecretIsTheKey() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost])
        #expect(try await run(FixedRing(fake: provider)).get().id == "k1")
    }

    @Test func withoutRevokeAKeyWithoutItsSecretIsNamed() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLost])
        let (error, unresolved) = try failure(await run(FixedRing(fake: provider)))
        #expect(error.outcome == .processed)
        #expect(unresolved?.keyIDs == ["k1"])
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
    }

    @Test(arguments: [FakeProvider.Create.isDropped, .isLate(listings: 1)])
    func withoutRevokeNothingIsCreatedAgain(_ create: FakeProvider.Create) async throws {
        let provider = FakeProvider()
        provider.script(creates: [create])
        let (error, unresolved) = try failure(await run(FixedRing(fake: provider)))
        #expect(error.outcome == .unknown)
        #expect(unresolved?.keyIDs == [])
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
    }

    @Test func withoutRevokeSeveralKeysAreNamed() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost])
        provider.add("ci #k7f3q9d2")
        let (error, unresolved) = try failure(await run(FixedRing(fake: provider)))
        #expect(error.outcome == .unknown)
        #expect(error.recoveredSecret == Secret("secret-1"))
        #expect(unresolved?.keyIDs == ["k2"])
    }

    // MARK: - Cancellation

    @Test func aCancelledTaskCreatesNothing() async throws {
        let provider = FakeProvider()
        let ring = FakeRing(provider: provider)
        let (error, unresolved) = try failure(
            await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await run(ring)
            }.value)
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .notProcessed)
        #expect(unresolved == nil)
        #expect(provider.log == [])
    }

    @Test func anAnswerInSpiteOfCancellationIsTheKey() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.cancels(then: .succeeds)])
        #expect(try await runCancelled(FakeRing(provider: provider), provider).get().id == "k1")
    }

    @Test func afterCancellationTheKeyIsStillFound() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.cancels(then: .isLost)])
        let ring = FakeRing(provider: provider)
        #expect(try await runCancelled(ring, provider).get().id == "k1")
        #expect((ring.clock as? TestClock)?.skippedSleeps == [])
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
    }

    @Test func afterCancellationAKeyWithoutItsSecretIsRevoked() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.cancels(then: .isLost)])
        let (error, unresolved) = try failure(await runCancelled(FakeRing(provider: provider), provider))
        #expect(error.kind == .cancelled)
        #expect(unresolved == nil)
        #expect(provider.ids == [])
        #expect(provider.log == ["create ci #k7f3q9d2", "list", "revoke k1"])
    }

    @Test func afterCancellationAKeyThatIsNotFoundIsUnresolved() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.cancels(then: .isDropped)])
        let (error, unresolved) = try failure(await runCancelled(FakeRing(provider: provider), provider))
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        #expect(unresolved?.marker == marker)
        #expect(provider.log == ["create ci #k7f3q9d2", "list"])
    }

    @Test func cancellationDuringTheLookRepeatsIt() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost], lists: [.cancels])
        #expect(try await runCancelled(FakeRing(provider: provider), provider).get().id == "k1")
        #expect(provider.log == ["create ci #k7f3q9d2", "list", "list"])
    }

    @Test func cancellationDuringTheRevokeRepeatsIt() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLost], revokes: [.cancels])
        let (error, unresolved) = try failure(await runCancelled(FakeRing(provider: provider), provider))
        #expect(error.kind == .cancelled)
        #expect(unresolved == nil)
        #expect(provider.ids == [])
    }

    @Test func cancellationDuringSettlingEndsIt() async throws {
        let provider = FakeProvider()
        let clock = TestClock()
        provider.script(creates: [.isLost])
        let ring = FakeRing(provider: provider, clock: clock)
        let task = Task { await run(ring) }
        await clock.waitForSleepers()
        task.cancel()
        #expect(try await task.value.get().id == "k1")
    }

    @Test func theLookAfterCancellationTakes10SecondsAtMost() async throws {
        let provider = FakeProvider()
        let clock = TestClock()
        provider.script(creates: [.cancels(then: .isLost)], lists: [.hangs])
        let ring = FakeRing(provider: provider, clock: clock)
        async let result = runCancelled(ring, provider)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        let (error, unresolved) = try failure(await result)
        #expect(error.outcome == .unknown)
        #expect(unresolved?.marker == marker)
    }

    @Test func cancellationBeforeTheSecondLookKeepsTheKey() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLate(listings: 1), .cancels(then: .succeeds)])
        #expect(try await runCancelled(FakeRing(provider: provider), provider).get().id == "k2")
        #expect(provider.ids == ["k2"])
    }

    // MARK: - Labels

    @Test func aLabelHasToFitWithItsMarker() async throws {
        let provider = FakeProvider()
        _ = try await run(FixedRing(fake: provider), label: String(repeating: "é", count: 30)).get()
        let (error, _) = try failure(await run(FixedRing(fake: provider), label: String(repeating: "a", count: 31)))
        #expect(
            error.kind
                == .invalidRequest(
                    "label must have at most 30 characters, as its marker takes 10 of 40; it has 31"))
        #expect(provider.log.count == 1)
    }

    @Test func noSettlingIsNoSleep() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost])
        let ring = FakeRing(provider: provider)
        _ = try await run(ring, settling: .seconds(-1)).get()
        #expect((ring.clock as? TestClock)?.skippedSleeps == [])
    }

    @Test func whatIsPrintedHoldsNoSecret() async throws {
        let unresolved = UnresolvedKey(marker: marker, keyIDs: ["k1", "k2"], underlying: VaultError())
        var dumped = ""
        dump(unresolved, to: &dumped)
        for text in ["\(unresolved)", String(reflecting: unresolved), dumped] {
            #expect(!text.contains("secret-1"))
            #expect(text.contains("k7f3q9d2"))
        }
    }
}
