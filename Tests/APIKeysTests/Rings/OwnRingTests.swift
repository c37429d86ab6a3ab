import APIKeysTesting
import Testing

@testable import APIKeys

/// A ring of the user's own: what it does not say has a default, and what it says counts.
@Suite(.timeLimit(.minutes(5))) struct OwnRingTests {
    /// A ring that says no more than it has to.
    private struct Plain: RevocableKeyRing {
        let fake: FakeProvider
        let place = "own service"

        func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
            try fake.create(label)
        }

        func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await fake.list() }

        func revoke(id: String, options: RequestOptions) async throws(APIError) { try await fake.revoke(id) }
    }

    /// A ring that says everything.
    private struct Talkative: RevocableKeyRing {
        let fake: FakeProvider
        let number: Int
        let clock: any Clock<Duration>
        let place = "own service"
        let provider = "Acme"
        var account: AnyHashable { number }
        let maximumLabelLength: Int? = 20

        func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
            try fake.create(label)
        }

        func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await fake.list() }

        func revoke(id: String, options: RequestOptions) async throws(APIError) { try await fake.revoke(id) }
    }

    @Test func theCaseOfAUUIDDoesNotCount() {
        let id = "0F8FAD5B-D9CB-469F-A165-70867728950E"
        #expect(ListedKey(id: id.lowercased(), label: nil).hasID(id))
        #expect(!ListedKey(id: "k1", label: nil).hasID("K1"))
    }

    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    private let fake = FakeProvider()
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))

    @Test func whatARingDoesNotSayHasADefault() async throws {
        let ring: any RevocableKeyRing = Plain(fake: fake)
        #expect(ring.provider == "own service")
        #expect(ring.account == AnyHashable("own service"))
        #expect(ring.maximumLabelLength == nil)
        #expect(ring.clock is ContinuousClock)
        let label = String(repeating: "a", count: 1000)
        #expect(try await ring.createOnce(label: label).label.hasPrefix(label))
    }

    @Test func aRingsLimitAndNameCount() async throws {
        let ring = Talkative(fake: fake, number: 1, clock: clock)
        let error = await #expect(throws: APIError.self) {
            try await ring.createOnce(label: String(repeating: "a", count: 9))
        }
        #expect(
            error?.kind
                == .invalidRequest("label must have at most 8 characters, as its marker takes 12 of 20; it has 9"))
        #expect(error?.provider == "Acme")
        #expect(fake.log == [])
    }

    @Test func aRingsClockCounts() async throws {
        fake.script(creates: [.isLost])
        _ = try await Talkative(fake: fake, number: 1, clock: clock).createOnce(label: "ci")
        #expect(clock.skippedSleeps == [.seconds(5)])
    }

    /// Two rings of one place: their listing is shared if their account is the same.
    @Test(arguments: [1, 2])
    func aRingsAccountTellsListingsApart(_ accounts: Int) async throws {
        let fake = FakeProvider(listHoldsSecrets: true)
        fake.script(creates: [.isLost, .isLost])
        let vault = MemoryVault()
        let job = Provisioning<Item>(
            ledger: MemoryLedger(),
            ring: { [clock] in Talkative(fake: fake, number: $0.id == "a" ? 1 : accounts, clock: clock) },
            store: { item, key in vault.put(key.secret, item.id) })
        #expect(try await job.run([Item(id: "a"), Item(id: "b")]).stored.sorted() == ["a", "b"])
        #expect(fake.log.filter { $0 == "list" }.count == accounts)
    }
}
