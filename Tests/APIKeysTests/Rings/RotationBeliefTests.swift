import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// A rotation that is called again, and what it believes: answers, lists, and other processes.
@Suite(.timeLimit(.minutes(5))) struct RotationBeliefTests {
    private let provider: FakeProvider
    private let oldID: String
    private let marker: KeyMarker
    private let stored = Locked<[Secret]>([])
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))

    init() throws {
        provider = FakeProvider(listHoldsSecrets: false)
        oldID = provider.add("ci").listed.id
        marker = try #require(KeyMarker("k7f3q9d2"))
    }

    private func ring(_ provider: FakeProvider? = nil) -> FakeRing {
        FakeRing(provider: provider ?? self.provider, clock: clock)
    }

    private func rotate(
        _ ring: some RevocableKeyRing, _ id: String? = nil, marker: KeyMarker? = nil, verify: Bool = true
    ) async throws(RotationError) -> Rotation {
        try await ring.rotate(
            id ?? oldID, label: "ci", marker: marker, store: { key in stored.withLock { $0.append(key.secret) } },
            verify: { _ in if !verify { throw VaultError() } })
    }

    // MARK: - Called again

    /// Killed between create and revoke: the rotation goes on, and leaves nothing behind.
    @Test(arguments: [true, false])
    func aRotationGoesOnWhereItWas(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        let (old, left) = (provider.add("ci"), provider.add("ci #k7f3q9d2"))
        let rotation = try await rotate(ring(provider), old.listed.id, marker: marker)
        #expect(provider.keys.map(\.secret) == [rotation.issued.secret])
        #expect(stored.withLock { $0 } == [rotation.issued.secret])
        #expect(rotation.issued.secret == left.secret || !listHoldsSecrets)
    }

    /// A key that was left without its secret is the rotation's business, not the create's.
    @Test func aKeyThatWasLeftStaysUntilAnotherOneIsInHand() async throws {
        provider.add("ci #k7f3q9d2")
        provider.script(creates: [.isLost, .fails(.forbidden)])
        let error = await #expect(throws: RotationError.self) { try await rotate(ring(), marker: marker) }
        #expect(error?.step == .create)
        #expect(provider.ids == [oldID, "k2"])
    }

    @Test(arguments: [true, false])
    func theKeysOfOthersAreLeftAlone(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        let (old, others) = (provider.add("ci"), [provider.add("svc #k7f3q9d2"), provider.add("ci #other123")])
        let rotation = try await rotate(ring(provider), old.listed.id, marker: marker)
        #expect(provider.ids == others.map(\.listed.id) + [rotation.issued.id])
    }

    /// Killed behind the revoke: the new key is looked for by the marker.
    @Test(arguments: [true, false])
    func aRotationThatHadRevokedTheOldKeyIsCompleted(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.add("ci #k7f3q9d2")
        let rotation = try await rotate(ring(provider), "gone", marker: marker)
        #expect(provider.keys.map(\.secret) == [rotation.issued.secret])
        #expect(rotation.retired == "gone")
    }

    /// The old key carries the marker of its own rotation: it is not taken for the new one.
    @Test(arguments: [true, false])
    func theMarkerMayBeUsedAgain(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        let old = provider.add("ci #k7f3q9d2")
        let rotation = try await rotate(ring(provider), old.listed.id, marker: marker)
        #expect(rotation.issued.label == "ci #k7f3q9d2.2")
        #expect(provider.keys.map(\.secret) == [rotation.issued.secret])
    }

    /// A key that was found may be in a reader's hands.
    @Test func aKeyThatWasFoundIsNotRevokedIfItCannotBeVerified() async throws {
        let provider = FakeProvider()
        let (old, left) = (provider.add("ci"), provider.add("ci #k7f3q9d2"))
        let error = await #expect(throws: RotationError.self) {
            try await rotate(ring(provider), old.listed.id, marker: marker, verify: false)
        }
        #expect(error?.step == .verify)
        #expect(error?.workingKeyIDs == [old.listed.id, left.listed.id])
        #expect(error?.issued?.secret == left.secret)
        #expect(provider.ids == [old.listed.id, left.listed.id])
    }

    @Test func whatIsNotKnownIsNotSaid() async throws {
        let error = await #expect(throws: RotationError.self) { try await rotate(ring(), "gone", marker: marker) }
        #expect(error?.workingKeyIDs == [])
        #expect(
            "\(try #require(error))"
                == "rotation failed at create: fake.rotate: not found: no key with the ID gone is listed (not processed)"
        )
    }

    @Test func anOldKeyThatIsListedLateIsFound() async throws {
        provider.state.withLock { $0.keys[0].hiddenListings = 2 }
        let rotation = try await rotate(ring())
        #expect(provider.ids == [rotation.issued.id])
    }

    // MARK: - The last key

    @Test func aRotationOfAKeyToItselfIsNotFinished() async throws {
        let pending = PendingRotation(oldID: oldID, newID: oldID, label: "ci", begunAt: .now)
        let finished = await #expect(throws: RotationError.self) { try await ring().finishRotation(pending) }
        #expect(finished?.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    /// While one rotation cannot verify its key, another one has revoked the old one.
    @Test func theNewKeyIsKeptIfTheOldOneIsGone() async throws {
        let error = await #expect(throws: RotationError.self) {
            try await ring().rotate(
                oldID, label: "ci", verifyTimeout: .zero, store: { _ in },
                verify: { _ in
                    try await provider.revoke(oldID)
                    throw VaultError()
                })
        }
        #expect(error?.step == .verify)
        #expect(provider.ids == ["k2"])
        #expect(error?.workingKeyIDs == ["k2"])
        #expect(error?.issued?.secret == Secret("secret-2"))
    }

    @Test func theOldKeyIsKeptIfTheNewOneIsGone() async throws {
        let error = await #expect(throws: RotationError.self) {
            try await ring().rotate(oldID, label: "ci", store: { key in try await provider.revoke(key.id ?? "") })
        }
        #expect(error?.step == .revoke)
        #expect(error?.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    /// Between the look and the revoke somebody else revokes the key that is kept: it is said.
    @Test(arguments: [true, false])
    func whatTheLastLookFindsIsSaid(_ finishes: Bool) async throws {
        let pending = try await ring().beginRotation(of: oldID, label: "ci", store: { _ in })
        let other = finishes ? "k2" : oldID
        let ring = MeddlingRing(base: ring()) { id in
            if id != other { try? await provider.revoke(other) }
        }
        let error = await #expect(throws: RotationError.self) {
            if finishes { try await ring.finishRotation(pending) } else { try await ring.abandonRotation(pending) }
        }
        #expect(error?.step == .revoke)
        #expect(error?.workingKeyIDs == [])
        #expect("\(try #require(error))".contains("no longer listed"))
    }

    // MARK: - A revoke and its answer

    /// The answer to the revoke is lost, and a look is answered 401: the client's own key was the old one.
    @Test func aClientThatRotatesItsOwnKeyIsNotToldThatItWorks() async throws {
        provider.script(
            lists: [.succeeds, .succeeds] + Array(repeating: .fails(.unauthorized), count: 9), revokes: [.isLost])
        let error = await #expect(throws: RotationError.self) { try await rotate(ring()) }
        #expect(error?.step == .revoke)
        #expect(error?.workingKeyIDs == ["k2"])
        #expect((error?.underlying as? APIError)?.outcome == .unknown)
        #expect(error?.issued?.id == "k2")
    }

    @Test func aClientThatRotatesItsOwnKeySucceeds() async throws {
        provider.script(lists: [.succeeds, .succeeds] + Array(repeating: .fails(.unauthorized), count: 9))
        let rotation = try await rotate(ring())
        #expect(provider.ids == [rotation.issued.id])
    }

    /// The answer says that the key was revoked, and the list says that it works.
    @Test func aRevokeThatDoesNothingIsNoticed() async throws {
        let ring = MeddlingRing(base: ring(), revokes: false) { _ in }
        let error = await #expect(throws: RotationError.self) { try await rotate(ring) }
        #expect(error?.step == .revoke)
        #expect(error?.workingKeyIDs == [oldID, "k2"])
        #expect(error?.pending != nil)
    }

    @Test func aRevokeInDoubtIsOneIfTheListShowsTheKey() async throws {
        provider.script(revokes: [.fails(.server)])
        let error = await #expect(throws: RevokeFailure.self) {
            try await ring().revokeForCertain(oldID, settling: .seconds(5), options: .init())
        }
        #expect(error?.keyWorks == true)
        provider.script(revokes: [.isLost])
        try await ring().revokeForCertain(oldID, settling: .seconds(5), options: .init())
    }

    @Test func aListThatLagsBehindARevokeIsLookedAtAgain() async throws {
        let listings = Locked(0)
        let ring = RelistingRing(provider: provider) { $0 }
        let lagging = MeddlingRing(base: ring) { id in
            listings.withLock { $0 = 2 }
        } extraKeys: { [oldID] in
            listings.withLock { count in
                count -= count > 0 ? 1 : 0
                return count > 0 ? [ListedKey(id: oldID, label: "ci")] : []
            }
        }
        let rotation = try await rotate(lagging)
        #expect(provider.ids == [rotation.issued.id])
    }

    // MARK: - IDs that the list spells differently

    private func respelling(_ provider: FakeProvider) -> RelistingRing {
        RelistingRing(provider: provider) { key in
            ListedKey(id: key.id == "k1" ? key.id : "id-\(key.id)", label: key.label, secret: key.secret)
        }
    }

    @Test func theNewKeyIsFoundByItsLabel() async throws {
        let rotation = try await rotate(respelling(provider))
        #expect(provider.keys.map(\.secret) == [rotation.issued.secret])
    }

    /// The delete of an ID that the server does not know is answered 404, which is no success.
    @Test func theNewKeyIsTakenBackUnderTheIDThatIsListed() async throws {
        let error = await #expect(throws: RotationError.self) { try await rotate(respelling(provider), verify: false) }
        #expect(error?.step == .verify)
        #expect(error?.workingKeyIDs == [oldID])
        #expect(provider.ids == [oldID])
    }

    @Test func aPendingRotationIsAbandonedUnderTheIDThatIsListed() async throws {
        let ring = respelling(provider)
        let pending = try await ring.beginRotation(of: oldID, label: "ci", store: { _ in })
        try await ring.abandonRotation(pending)
        #expect(provider.ids == [oldID])
    }

    // MARK: - What the error holds

    /// The label of the key in hand as it was sent, which a second create of the call has.
    @Test func theKeyInHandHasTheLabelThatWasSent() async throws {
        provider.script(
            creates: [.isDropped, .succeeds],
            lists: [.succeeds, .succeeds] + Array(repeating: .fails(.forbidden), count: 9))
        let error = await #expect(throws: RotationError.self) { try await rotate(ring(), marker: marker) }
        #expect(error?.step == .create)
        #expect(error?.issued?.label == "ci #k7f3q9d2.2")
        #expect(error?.issued?.secret == Secret("secret-2"))
    }

    @Test func aFailureBehindTheStoreHoldsThePendingRotation() async throws {
        provider.script(revokes: [.fails(.forbidden)])
        let error = await #expect(throws: RotationError.self) { try await rotate(ring()) }
        let pending = try #require(error?.pending)
        #expect(pending.oldID == oldID)
        #expect(pending.newID == "k2")
        try await ring().finishRotation(pending)
        #expect(provider.ids == ["k2"])
    }
}

/// A ring on which something else happens at each revoke.
private struct MeddlingRing<Base: RevocableKeyRing>: RevocableKeyRing {
    let base: Base
    var revokes = true
    let meddle: @Sendable (String) async -> Void
    var extraKeys: @Sendable () -> [ListedKey] = { [] }

    init(
        base: Base, revokes: Bool = true, meddle: @escaping @Sendable (String) async -> Void,
        extraKeys: @escaping @Sendable () -> [ListedKey] = { [] }
    ) {
        self.base = base
        self.revokes = revokes
        self.meddle = meddle
        self.extraKeys = extraKeys
    }

    var place: String { base.place }
    var clock: any Clock<Duration> { base.clock }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        try await base.create(label: label, options: options)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await base.keys(options: options) + extraKeys()
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        await meddle(id)
        if revokes { try await base.revoke(id: id, options: options) }
    }
}
