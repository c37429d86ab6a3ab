import APIKeysTesting
import Testing

@testable import APIKeys

/// What `createOnce` believes: a marker that the user gave, a list, a label, an answer.
@Suite(.timeLimit(.minutes(5))) struct CreateOnceBeliefTests {
    private let marker: KeyMarker

    init() throws {
        marker = try #require(KeyMarker("k7f3q9d2"))
    }

    private func create(
        _ ring: some KeyRing, label: String = "ci", marker: KeyMarker?
    ) async -> Result<IssuedKey, APIError> {
        do throws(APIError) {
            return .success(try await ring.createOnce(label: label, marker: marker))
        } catch {
            return .failure(error)
        }
    }

    private func error(_ result: Result<IssuedKey, APIError>) throws -> APIError {
        guard case .failure(let error) = result else { throw VaultError() }
        return error
    }

    // MARK: - A marker that was given

    @Test func aMarkerThatWasGivenIsLookedForFirst() async throws {
        let provider = FakeProvider()
        let ring = FakeRing(provider: provider)
        let first = try await create(ring, marker: marker).get()
        #expect(provider.log == ["list", "create ci #k7f3q9d2"])
        #expect(try await create(ring, marker: marker).get() == first)
        #expect(provider.ids == [first.id])
    }

    @Test func aKeyOfTheMarkerWhoseSecretIsNotListedIsReplaced() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        let ring = FakeRing(provider: provider)
        let first = try await create(ring, marker: marker).get()
        let second = try await create(ring, marker: marker).get()
        #expect(second.label == "ci #k7f3q9d2.2")
        #expect(provider.ids == [second.id])
        // The first one may be in use: it goes only once the second one is in hand.
        #expect(provider.log.suffix(3) == ["create ci #k7f3q9d2.2", "list", "revoke \(first.id ?? "")"])
    }

    @Test func aKeyOfTheMarkerStaysIfNoOtherOneIsCreated() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        let ring = FakeRing(provider: provider)
        let first = try await create(ring, marker: marker).get()
        provider.script(creates: [.fails(.forbidden)])
        let error = try error(await create(ring, marker: marker))
        #expect(error.kind == .forbidden)
        #expect(error.unresolved?.keyIDs.first == first.id)
        #expect(provider.ids == [first.id])
    }

    /// Nor does it go with a key of this call that is revoked.
    @Test func aKeyOfTheMarkerStaysUntilAnotherOneIsInHand() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.add("ci #k7f3q9d2")
        provider.script(creates: [.isLost, .fails(.forbidden)])
        _ = try error(await create(FakeRing(provider: provider), marker: marker))
        #expect(provider.ids == ["k1"])
        #expect(provider.log.filter { $0.hasPrefix("revoke") } == ["revoke k2"])
    }

    @Test func withoutRevokeAKeyOfTheMarkerIsNamed() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.add("ci #k7f3q9d2")
        let error = try error(await create(FixedRing(fake: provider), marker: marker))
        #expect(error.outcome == .processed)
        #expect(error.unresolved?.keyIDs == ["k1"])
        #expect(provider.log == ["list"])
    }

    /// The marker alone is not enough: a user may use one twice.
    @Test(arguments: [true, false])
    func anotherLabelOfTheMarkerIsLeftAlone(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        for label in ["svc-a #k7f3q9d2", "#k7f3q9d2", "svc-b  #k7f3q9d2", "svc-b #k7f3q9d2 #k7f3q9d2"] {
            provider.add(label)
        }
        provider.script(creates: [.isLost, .succeeds])
        let key = try await create(FakeRing(provider: provider), label: "svc-b", marker: marker).get()
        #expect(provider.ids.prefix(4) == ["k1", "k2", "k3", "k4"])
        #expect(provider.ids.suffix(1) == [key.id])
        #expect(provider.ids.count == 5)
    }

    // MARK: - An answer

    /// The text of a proxy's page is not the key, although a member of it is named like one.
    @Test(arguments: [true, false])
    func aBogusSecretIsNotTheKey(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        var bogus = FakeProvider.error("create", .decoding, .processed)
        bogus.recoveredSecret = Secret("try again later")
        provider.script(creates: Array(repeating: .throws(bogus), count: 3))
        let error = try error(await create(FakeRing(provider: provider), marker: nil))
        #expect(error.recoveredSecret == Secret("try again later"))
        #expect(error.unresolved != nil)
        #expect(provider.ids == [])
    }

    @Test func theListsSecretIsTheKey() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isGuessed(Secret("v2"))])
        let key = try await create(FakeRing(provider: provider), marker: nil).get()
        #expect(key.secret == Secret("secret-1"))
        #expect(provider.ids == ["k1"])
    }

    @Test func anEmptySecretInAListIsNone() async throws {
        let provider = FakeProvider()
        provider.script(creates: [.isLost])
        let ring = RelistingRing(provider: provider) { ListedKey(id: $0.id, label: $0.label, secret: Secret("")) }
        #expect(try await create(ring, marker: nil).get().secret == Secret("secret-2"))
        #expect(provider.ids == ["k2"])
    }

    // MARK: - A status

    /// Nobody else has the marker: somebody on the way has sent the request twice.
    @Test(arguments: [true, false])
    func aConflictUnderTheMarkerIsLookedFor(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.creates(then: .fails(.conflict))])
        let key = try await create(FakeRing(provider: provider), marker: nil).get()
        #expect(provider.ids == [key.id])
        #expect(provider.keys.map(\.secret) == [key.secret])
    }

    @Test func anEndlessConflictIsADoubt() async throws {
        let provider = FakeProvider()
        provider.script(creates: Array(repeating: .fails(.conflict), count: 3))
        let error = try error(await create(FakeRing(provider: provider), marker: nil))
        #expect(error.kind == .conflict)
        #expect(error.outcome == .unknown)
        #expect(error.unresolved != nil)
    }

    // MARK: - A list

    /// IDs that the list spells differently: the key in hand is known by its label, and is not revoked.
    @Test(arguments: ["K2", "prefix-k2", "k2.b"], [true, false])
    func theKeyInHandIsKnownByItsLabel(_ listedID: String, _ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isDropped, .succeeds])
        let ring = RelistingRing(provider: provider) { key in
            ListedKey(id: key.id == "k1" ? listedID : key.id, label: key.label, secret: key.secret)
        }
        let key = try await create(ring, marker: nil).get()
        #expect(provider.keys.map(\.secret) == [key.secret])
        #expect(key.id == listedID)
    }

    /// A provider that changes labels: a list that does not show the key in hand says nothing about the others.
    @Test(arguments: LabelChange.allCases, [true, false])
    func aListWithoutTheKeyInHandProvesNothing(_ change: LabelChange, _ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isLost, .succeeds])
        let ring = RelistingRing(provider: provider) { key in
            ListedKey(id: key.id, label: change.apply(key.label ?? ""), secret: key.secret)
        }
        let error = try error(await create(ring, marker: marker))
        #expect(error.recoveredSecret == Secret("secret-2"))
        #expect(error.unresolved != nil)
        #expect(error.outcome == .unknown)
        #expect(provider.ids == ["k1", "k2"])
        // It was looked for again, for as long as a list may lag.
        #expect((ring.clock as? TestClock)?.skippedSleeps.reduce(.zero, +) == .seconds(10))
    }

    @Test func aListThatLagsIsLookedAtAgain() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isDropped, .isListedLate(listings: 2)])
        let key = try await create(FakeRing(provider: provider), marker: nil).get()
        #expect(provider.ids == [key.id])
        #expect(provider.log.filter { $0 == "list" }.count == 4)
    }

    /// Two keys of one label, of which one is in hand: only its ID or its secret tells them apart.
    @Test(arguments: [true, false])
    func ofTwoKeysOfOneLabelTheOneInHandIsKept(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isDropped, .creates(then: .succeeds)])
        let key = try await create(FakeRing(provider: provider), marker: nil).get()
        #expect(provider.keys.map(\.secret) == [key.secret])
    }

    @Test func inDoubtTheKeyInHandIsKept() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isDropped, .creates(then: .succeeds)])
        let ring = RelistingRing(provider: provider, hasIDs: false) { $0 }
        let error = try error(await create(ring, marker: nil))
        #expect(error.recoveredSecret == Secret("secret-2"))
        #expect(error.unresolved?.keyIDs == ["k1", "k2"])
        #expect(provider.ids == ["k1", "k2"])
    }
}

/// What a provider may make of a label.
enum LabelChange: CaseIterable, Sendable {
    case cut, upperCase, slug, escaped, extended, dropped

    func apply(_ label: String) -> String? {
        switch self {
        case .cut: String(label.prefix(6))
        case .upperCase: label.uppercased()
        case .slug: label.replacing(" #", with: "-")
        case .escaped: label.replacing("#", with: "&#35;")
        case .extended: label + " (api)"
        case .dropped: nil
        }
    }
}

/// A ring whose list shows keys differently.
struct RelistingRing: RevocableKeyRing {
    let provider: FakeProvider
    /// Whether a create returns the key's ID.
    var hasIDs = true
    var place = "relisting"
    var clock: any Clock<Duration> = TestClock(skippingSleepsUpTo: .seconds(9))
    let relist: @Sendable (ListedKey) -> ListedKey

    init(
        provider: FakeProvider, hasIDs: Bool = true, relist: @escaping @Sendable (ListedKey) -> ListedKey
    ) {
        self.provider = provider
        self.hasIDs = hasIDs
        self.relist = relist
    }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        var key = try provider.create(label)
        if !hasIDs { key.id = nil }
        return key
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await provider.list().map(relist) }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        // An ID that the list does not show is not found, which is a success: it is gone already.
        guard let key = provider.keys.first(where: { relist($0.listed).id == id }) else { return }
        try await provider.revoke(key.listed.id)
    }
}
