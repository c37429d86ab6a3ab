import APIKeys
import APIKeysSandbox
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct KeyRingTests {
    private let sandbox = Sandbox(seed: 7)

    @Test(arguments: Place.all)
    func createsListsAndRevokes(_ place: Place) async throws {
        let ring = place.ring(sandbox)
        let key = try await ring.create(label: "ci", options: .init())
        let second = try await ring.create(label: "second", options: .init())
        let live = place.keys(sandbox)
        #expect(live.map(\.secret) == [key.secret, second.secret])
        #expect(live.map(\.id) == [key.id, second.id])
        #expect(key.label == "ci")

        let listed = try await ring.keys(options: .init())
        #expect(listed.filter { $0.label == "ci" }.map(\.id) == [key.id])
        #expect(listed.filter { $0.label == "second" }.map(\.id) == [second.id])
        for found in listed where found.secret != nil { #expect(live.contains { $0.secret == found.secret }) }

        let revocable = ring as? any RevocableKeyRing
        #expect((revocable == nil) == (place.revokeOperation == nil))
        guard let revocable, let id = key.id else { return }
        try await revocable.revoke(id: id.uppercased() == id ? id : id, options: .init())
        #expect(place.keys(sandbox).map(\.secret) == [second.secret])
        #expect(try await ring.keys(options: .init()).filter { $0.label == "ci" } == [])
        // Gone already is a success.
        try await revocable.revoke(id: id, options: .init())
    }

    @Test func onlyTeamKeysAreListedWithTheirSecrets() async throws {
        for place in Place.all {
            let ring = place.ring(sandbox)
            _ = try await ring.create(label: "ci", options: .init())
            let secrets = try await ring.keys(options: .init()).compactMap(\.secret)
            #expect(secrets.isEmpty == (place.description != "Junction, team keys"), "\(place)")
        }
    }

    /// More than a page, and of one team alone.
    @Test func aTeamsKeysAreListedFromAllPages() async throws {
        let ring = Place.teamKeys.ring(sandbox)
        for index in 0..<8 { _ = try await ring.create(label: "\(index)", options: .init()) }
        sandbox.junction.addTeamAPIKey(
            label: "other team", teamID: sandbox.junction.euTeamID, environment: "sandbox", region: "us")
        #expect(try await ring.keys(options: .init()).map(\.label) == (0..<8).map { "\($0)" })
    }

    @Test func revokedKeysAreNotListed() async throws {
        sandbox.nekuda.addAPIKey(name: "gone", isRevoked: true)
        sandbox.imtegrate.addAPIKey(name: "gone", isRevoked: true)
        for place in [Place.nekuda, .imtegrate] {
            #expect(!(try await place.ring(sandbox).keys(options: .init()).contains { $0.label == "gone" }))
        }
    }

    @Test func aDeletionThatFailsThrows() async throws {
        let ring = try #require(Place.teamKeys.revocableRing(sandbox))
        let key = try await ring.create(label: "protected-1", options: .init())
        let error = await #expect(throws: APIError.self) {
            try await ring.revoke(id: key.id ?? "", options: .init())
        }
        #expect(error?.kind == .conflict)
        #expect(error?.message == "Junction did not delete the key \(key.id ?? "")")
    }

    @Test(arguments: [Place.teamKeys, .managementKeys])
    func anIDThatIsNoUUIDIsRefused(_ place: Place) async throws {
        let ring = try #require(place.revocableRing(sandbox))
        // Foundation on Linux takes the last for a UUID, and for another one: a key that nobody named would be revoked.
        for id in ["x", "", "abcdef0x-2345-4678-9abc-def012345678"] {
            let error = await #expect(throws: APIError.self) { try await ring.revoke(id: id, options: .init()) }
            #expect(error?.kind == .invalidRequest("id must be a UUID"))
        }
        #expect(sandbox.requests.isEmpty)
    }

    @Test func anIncompleteListThrows() async throws {
        let transport = PagedManagementKeys()
        let junction = JunctionClient(managementKey: Secret("mg"), organizationID: UUID(), transport: transport)
        let error = await #expect(throws: APIError.self) {
            try await junction.managementKeyRing(role: .orgAdmin).keys(options: .init())
        }
        #expect(error?.kind == .decoding)
    }

    private struct PagedManagementKeys: HTTPTransport {
        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            HTTPResponse(status: 200, body: Data(#"{"data":[],"next_cursor":"2"}"#.utf8))
        }
    }

    @Test func labelsHaveTheProvidersLimits() async throws {
        // nekuda takes 100 characters, of which "#", the marker and ".3" take 12; Imtegrate 120, without ".3".
        for (place, left) in [(Place.nekuda, 88), (.imtegrate, 110)] {
            let ring = place.ring(sandbox)
            let error = await #expect(throws: APIError.self) {
                try await ring.createOnce(label: String(repeating: "a", count: left + 1))
            }
            guard case .invalidRequest(let reason) = error?.kind else {
                Issue.record("\(place): \(String(describing: error))")
                continue
            }
            #expect(reason.hasPrefix("label must have at most \(left) characters"))
            #expect(sandbox.requests.isEmpty)
            let key = try await ring.createOnce(label: String(repeating: "a", count: left))
            #expect(place.keys(sandbox).map(\.id) == [key.id])
            sandbox.reset()
        }
        let label = String(repeating: "a", count: 1000)
        for place in [Place.teamKeys, .managementKeys, .baseten] {
            #expect(try await place.ring(sandbox).createOnce(label: label).label.hasPrefix(label))
        }
    }

    @Test func aPlaceNamesWhatItsListIsLimitedTo() throws {
        let (team, other) = (sandbox.junction.teamID, sandbox.junction.euTeamID)
        func junction(_ configuration: ClientConfiguration = .init()) -> JunctionClient {
            JunctionClient(
                managementKey: Secret("mg_secret"), organizationID: sandbox.junction.organizationID,
                configuration: configuration)
        }
        let local = ClientConfiguration(baseURL: URL(string: "http://user:password@127.0.0.1:8080/prefix/?q#f"))
        let baseten = BasetenClient(apiKey: Secret("secret"))
        let places = [
            junction().teamKeyRing(teamID: team, environment: .sandbox, region: .us).place,
            junction().teamKeyRing(teamID: other, environment: .sandbox, region: .us).place,
            junction().teamKeyRing(teamID: team, environment: .production, region: .us).place,
            junction().teamKeyRing(teamID: team, environment: .sandbox, region: .eu).place,
            junction(local).teamKeyRing(teamID: team, environment: .sandbox, region: .us).place,
            junction().managementKeyRing(role: .orgAdmin).place,
            junction().managementKeyRing(role: .teamAdmin).place,
            junction().managementKeyRing(role: .teamAdmin, teamRoleBindings: [.init(teamID: team)]).place,
            baseten.keyRing(type: .workspaceInvoke).place, baseten.keyRing(type: .personal).place,
            ImtegrateClient(token: nil).keyRing().place, NekudaClient(token: Secret("secret")).keyRing().place,
        ]
        #expect(Set(places).count == places.count)
        #expect(places.allSatisfy { !$0.contains("secret") && !$0.contains("password") })
        #expect(
            places[4]
                == "Junction http://127.0.0.1:8080/prefix 3c90c3cc-0d44-4b50-8888-8dd25736052a sandbox us team "
                + "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11")
        // What a key is created with does not change where it is listed.
        #expect(
            baseten.keyRing(type: .personal).place == baseten.keyRing(type: .personal, teamID: "t").place)
        #expect(
            NekudaClient(token: Secret("a")).keyRing().place
                == NekudaClient(token: Secret("b")).keyRing(description: "x").place)
    }

    /// How a client gets its token.
    enum Credential: CaseIterable, Sendable {
        case fixed, structure, object

        func client(_ sandbox: Sandbox) -> NekudaClient {
            let token = sandbox.nekuda.issueToken()
            return switch self {
            case .fixed: NekudaClient(token: token, transport: sandbox)
            case .structure: NekudaClient(token: Source(token: { token }), transport: sandbox)
            case .object:
                NekudaClient(
                    token: RefreshingCredential { ExpiringCredential(token, lifetime: nil) }, transport: sandbox)
            }
        }
    }

    /// A source that cannot be compared.
    private struct Source: CredentialSource {
        let token: @Sendable () -> Secret
        func credential() -> Secret { token() }
        func invalidate(_ rejected: Secret) {}
    }

    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    /// Two accounts of one provider have the same place, and do not share a listing.
    @Test(arguments: Credential.allCases)
    func accountsAreToldApart(_ credential: Credential) async throws {
        let sandboxes = ["a": Sandbox(), "b": Sandbox()]
        for sandbox in sandboxes.values { try sandbox.inject(.lostAnswer, into: .operation("createAPIKey")) }
        let run = Provisioning<Item>(
            ledger: Ledger(), settling: .zero, ring: { credential.client(sandboxes[$0.id] ?? Sandbox()).keyRing() },
            store: { _, _ in })
        let report = try await run.run([Item(id: "a"), Item(id: "b")])
        #expect(report.stored.sorted() == ["a", "b"])
        for sandbox in sandboxes.values {
            #expect(Place.nekuda.keys(sandbox).count == 1)
            // Found and revoked before another one is created, and not by the sweep at the end.
            #expect(sandbox.requests.map(\.operation).prefix(2) == ["createAPIKey", "apiKeys"])
        }
    }

    /// The rings of one client share a listing, whatever its credential is.
    @Test(arguments: Credential.allCases)
    func oneClientIsOneAccount(_ credential: Credential) async throws {
        try sandbox.inject(.lostAnswer, into: .operation("createAPIKey", of: "nekuda"), .always)
        let client = credential.client(sandbox)
        let items = (0..<20).map { Item(id: "\($0)") }
        let run = Provisioning<Item>(
            ledger: Ledger(), concurrency: 20, settling: .milliseconds(300), ring: { _ in client.keyRing() },
            store: { _, _ in })
        async let report = run.run(items)
        while sandbox.requests.count < 20 { try await Task.sleep(for: .milliseconds(1)) }
        sandbox.removeFaults()
        #expect(try await report.stored.count == 20)
        // One for the doubts of all, and one at the end for what was not found.
        #expect(sandbox.requests.filter { $0.operation == "apiKeys" }.count <= 2)
    }

    // MARK: - A revoke is what its answer says

    @Test(arguments: Place.revocable)
    func aRevokeThatIsDeniedThrows(_ place: Place) async throws {
        let ring = try #require(place.revocableRing(sandbox))
        let id = try #require(try await ring.create(label: "ci", options: .init()).id)
        let operation = try #require(place.revokeOperation)
        // Management keys have no answer that says no with a success.
        let fault: Sandbox.Fault = place.description.contains("management") ? .serverError(404) : .deniedRevocation
        try sandbox.inject(fault, into: place.target(operation), .always)
        let error = await #expect(throws: APIError.self) { try await ring.revoke(id: id, options: .init()) }
        #expect(error?.kind == .conflict)
        #expect(place.keys(sandbox).map(\.id) == [id])
        let stored = Locked<Secret?>(nil)
        let rotation = await #expect(throws: RotationError.self) {
            try await ring.rotate(
                id, label: "ci", settling: .zero, store: { key in stored.withLock { $0 = key.secret } })
        }
        #expect(rotation?.step == .revoke)
        #expect(place.keys(sandbox).map(\.secret).contains(stored.withLock { $0 }))
        #expect(place.keys(sandbox).count == 2)
    }

    @Test(arguments: [Place.managementKeys, .baseten, .nekuda])
    func notFoundIsNotBelievedWhileTheKeyIsListed(_ place: Place) async throws {
        let ring = try #require(place.revocableRing(sandbox))
        let id = try #require(try await ring.create(label: "ci", options: .init()).id)
        try sandbox.inject(.serverError(404), into: place.target(try #require(place.revokeOperation)))
        let error = await #expect(throws: APIError.self) { try await ring.revoke(id: id, options: .init()) }
        #expect(error?.outcome == .unknown)
        try await ring.revoke(id: id, options: .init())
        #expect(place.keys(sandbox) == [])
    }

    private final class Ledger: ProvisioningLedger {
        func entries() -> [LedgerEntry] { [] }
        func append(_ entry: LedgerEntry) {}
    }
}
