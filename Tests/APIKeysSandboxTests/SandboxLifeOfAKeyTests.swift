import APIKeys
import APIKeysSandbox
import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

/// What providers do to keys besides losing answers: other labels, late activation, denied revocation.
@Suite(.timeLimit(.minutes(5))) struct SandboxLifeOfAKeyTests {
    private func createTeamKey(_ sandbox: Sandbox, label: String = "ci") async throws -> Junction.TeamAPIKey {
        try await sandbox.junctionClient().createTeamAPIKey(
            label: label, teamID: sandbox.junction.teamID, environment: .production, region: .us)
    }

    @Test(arguments: [
        (Sandbox.LabelChange.cut(4), "Ci #"), (.upperCase, "CI #K7F3 & MORE "), (.slug, "ci-k7f3-more"),
        (.trimmed, "Ci #k7f3 & more"), (.escaped, "Ci &#35;k7f3 &amp; more "), (.cut(-1), ""),
    ]) func aLabelIsChanged(_ change: Sandbox.LabelChange, _ expected: String) async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.changedLabel(change), into: .operation("createTeamAPIKey"), .always)
        try sandbox.inject(.changedLabel(change), into: .operation("createAPIKey", of: "nekuda"), .always)
        let key = try await createTeamKey(sandbox, label: "Ci #k7f3 & more ")
        #expect(key.label == expected)
        #expect(sandbox.junction.teamAPIKeys.map(\.label) == [expected])
        guard !expected.isEmpty else { return }
        #expect(try await sandbox.nekudaClient().createAPIKey(name: "Ci #k7f3 & more ").name == expected)
    }

    @Test func aChangedLabelHappensBesidesALostAnswer() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
        try sandbox.inject(.changedLabel(.upperCase), into: .operation("createTeamAPIKey"))
        _ = try await failure { try await createTeamKey(sandbox) }
        #expect(sandbox.junction.teamAPIKeys.map(\.label) == ["CI"])
        #expect(sandbox.unusedFaults.isEmpty)
    }

    @Test func aKeyWorksAfterAWhile() async throws {
        let sandbox = Sandbox(clock: TestClock())
        for operation in ["createTeamAPIKey", "createAPIKey", "createManagementKey"] {
            try sandbox.inject(.activates(after: .seconds(60)), into: .operation(operation), .always)
        }
        let team = try await createTeamKey(sandbox).value
        let management = try await sandbox.junctionClient().createManagementKey(label: "m", role: .orgAdmin).key
        let baseten = try await sandbox.basetenClient().createAPIKey(type: .personal).apiKey
        let imtegrate = try await sandbox.imtegrateClient().createAPIKey(name: "ci").token
        let nekuda = try await sandbox.nekudaClient().createAPIKey(name: "ci").privateKey
        func calls() async throws {
            _ = try await sandbox.junctionClient(key: management).managementKeys()
            _ = try await sandbox.basetenClient(key: baseten).apiKeys()
            _ = try await sandbox.imtegrateClient(token: imtegrate).apiKeys()
        }
        let secrets = [team, management, baseten, imtegrate, nekuda]
        for _ in 0..<2 {
            #expect(secrets.allSatisfy { !sandbox.accepts($0) })
            #expect(try await failure { try await calls() }.kind == .unauthorized)
            #expect(
                try await failure { try await sandbox.imtegrateClient(token: imtegrate).apiKeys() }.kind
                    == .unauthorized)
            sandbox.advanceClock(by: .seconds(30) - .nanoseconds(1))
        }
        sandbox.advanceClock(by: .nanoseconds(2))
        #expect(secrets.allSatisfy(sandbox.accepts))
        try await calls()
    }

    @Test func aRevokedKeyIsNotAccepted() async throws {
        let sandbox = Sandbox()
        #expect(!sandbox.accepts(Secret("")) && !sandbox.accepts(Secret("sk_us_nobody")))
        #expect(sandbox.accepts(sandbox.junction.managementKey) && sandbox.accepts(sandbox.nekuda.token))
        let key = try await createTeamKey(sandbox)
        #expect(sandbox.accepts(key.value))
        _ = try await sandbox.junctionClient().deleteTeamAPIKeys(ids: [key.id], environment: .production, region: .us)
        #expect(!sandbox.accepts(key.value))
        let other = try await sandbox.nekudaClient().createAPIKey(name: "ci")
        #expect(sandbox.accepts(other.privateKey))
        _ = try await sandbox.nekudaClient().revokeAPIKey(id: other.id)
        #expect(!sandbox.accepts(other.privateKey))
        let third = try await sandbox.basetenClient().createAPIKey(type: .personal)
        _ = try await sandbox.basetenClient().deleteAPIKey(prefix: try #require(third.prefix))
        #expect(!sandbox.accepts(third.apiKey))
    }

    @Test func aRevocationIsDenied() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.deniedRevocation, .first(3))
        let team = try await createTeamKey(sandbox)
        let deletion = try await sandbox.junctionClient().deleteTeamAPIKeys(
            ids: [team.id], environment: .production, region: .us)
        #expect((deletion.success, deletion.failure, deletion.notFound) == ([], [team.id], []))
        let nekuda = try await sandbox.nekudaClient().createAPIKey(name: "ci")
        #expect(try await sandbox.nekudaClient().revokeAPIKey(id: nekuda.id).isRevoked == false)
        let baseten = try await sandbox.basetenClient().createAPIKey(type: .personal)
        let prefix = try #require(baseten.prefix)
        #expect(try await sandbox.basetenClient().deleteAPIKey(prefix: prefix) != prefix)
        #expect([team.value, nekuda.privateKey, baseten.apiKey].allSatisfy(sandbox.accepts))
        #expect(sandbox.unusedFaults.isEmpty)
        #expect(try await sandbox.basetenClient().deleteAPIKey(prefix: prefix) == prefix)
    }

    @Test func aRevocationIsNotFoundAndTheKeyStays() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(parsing: "revokeAPIKey:serverError=404")
        let key = try await sandbox.nekudaClient().createAPIKey(name: "ci")
        #expect(try await failure { try await sandbox.nekudaClient().revokeAPIKey(id: key.id) }.kind == .notFound)
        #expect(try await sandbox.nekudaClient().apiKeys().contains { $0.id == key.id && $0.isRevoked == false })
    }

    @Test func maintenanceIsASuccessWithoutAKey() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.maintenance(), into: .operation("createTeamAPIKey"))
        let error = try await failure { try await createTeamKey(sandbox) }
        #expect((error.kind, error.status) == (.decoding, 200))
        #expect(sandbox.junction.teamAPIKeys.isEmpty)
        try sandbox.inject(.maintenance(.afterProcessing), into: .operation("createTeamAPIKey"))
        _ = try await failure { try await createTeamKey(sandbox) }
        #expect(sandbox.junction.teamAPIKeys.count == 1)
    }

    @Test func aMovedClockWakesWhatSleeps() async throws {
        let clock = TestClock()
        let sandbox = Sandbox(clock: clock)
        try sandbox.inject(.slow(.seconds(60)))
        async let keys = sandbox.imtegrateClient().apiKeys()
        await clock.waitForSleepers()
        sandbox.advanceClock(by: .seconds(59))
        sandbox.advanceClock(by: .seconds(-59))
        await clock.waitForSleepers()
        #expect(sandbox.requests.isEmpty)
        // Moved by both, the sandbox's clock and the one below it.
        clock.advance(by: .seconds(1))
        #expect(try await keys.count == 2)
    }

    @Test func aDelayedListingEndsWithTheMovedClock() async throws {
        let sandbox = Sandbox(clock: TestClock())
        try sandbox.inject(.delayedListing(by: .seconds(60)))
        _ = try await sandbox.imtegrateClient().createAPIKey(name: "late")
        #expect(try await sandbox.imtegrateClient().apiKeys().count == 2)
        sandbox.advanceClock(by: .seconds(60))
        #expect(try await sandbox.imtegrateClient().apiKeys().count == 3)
        for _ in 0..<5 { sandbox.advanceClock(by: .seconds(Int64.max)) }
        sandbox.reset()
        #expect(sandbox.baseten.addTeam(id: "t", name: "T").createdAt.timeIntervalSinceNow < 60)
    }

    @Test func everyAnswerHasARequestIDThatTheJournalKnows() async throws {
        let sandbox = Sandbox(seed: 9)
        try sandbox.inject(.rateLimited(), into: .operation("teams", of: "Baseten"))
        try sandbox.inject(
            .answer(HTTPResponse(status: 502, headers: ["X-Request-ID": "own"])),
            into: .operation("apiKeys", of: "Baseten"))
        var ids: [String] = []
        for (method, url) in [
            (HTTPMethod.get, "https://api.imtegrate.com/v1/api-keys"), (.get, "https://api.baseten.co/nowhere"),
            (.delete, "https://api.imtegrate.com/v1/api-keys"), (.get, "https://api.imtegrate.com/v1/api-keys/"),
            (.post, "https://api.imtegrate.com/v1/api-keys"), (.get, "https://api.baseten.co/v1/teams"),
        ] {
            let response = try await sandbox.send(HTTPRequest(method: method, url: try #require(URL(string: url))))
            ids.append(try #require(response.headers["x-request-id"]))
        }
        #expect(sandbox.requests.map(\.requestID) == ids && Set(ids).count == ids.count)
        #expect(sandbox.requests.map(\.status) == [200, 404, 405, 307, 422, 429])
        let own = try await sandbox.send(
            HTTPRequest(method: .get, url: try #require(URL(string: "https://api.baseten.co/v1/api_keys"))))
        #expect(own.headers.values(for: "x-request-id") == ["own"])
        let error = try await failure { try await sandbox.basetenClient(key: Secret("x")).apiKeys() }
        #expect(error.requestID == sandbox.requests.last?.requestID)
    }
}

/// A check and what follows from it are one step.
@Suite(.timeLimit(.minutes(5))) struct SandboxConcurrencyTests {
    private func statuses(_ count: Int, _ call: @escaping @Sendable () async throws -> Void) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        try await call()
                        return 200
                    } catch {
                        return (error as? APIError)?.status ?? 0
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func oneOfManyCreatesGetsAName() async throws {
        for round in 0..<40 {
            let sandbox = Sandbox()
            // Long lists make the gap between a check and an addition a wide one.
            for number in 0..<200 { sandbox.baseten.addAPIKey(name: "\(number)") }
            let made = await statuses(64) {
                _ = try await sandbox.basetenClient().createAPIKey(type: .personal, name: "ci \(round)")
            }
            #expect(made.filter { $0 == 200 }.count == 1 && made.filter { $0 == 409 }.count == 63)
            #expect(sandbox.baseten.apiKeys.count == 204)
        }
    }

    @Test func oneOfManyTeamsGetsAnIntegrationID() async throws {
        for round in 0..<40 {
            let sandbox = Sandbox()
            for number in 0..<200 { sandbox.junction.addTeam(name: "\(number)") }
            let made = await statuses(64) {
                _ = try await sandbox.junctionClient().createTeam(
                    name: "ci", region: .us, integrationTeamID: "acme \(round)")
            }
            #expect(made.filter { $0 == 200 }.count == 1 && made.filter { $0 == 409 }.count == 63)
            #expect(sandbox.junction.teams.count == 203)
        }
    }

    @Test func noListShowsAKeyThatIsHeldBack() async throws {
        let sandbox = Sandbox(pageSize: 500, clock: TestClock())
        try sandbox.inject(.delayedListing(by: .seconds(60)), .always)
        async let creates = statuses(400) {
            _ = try await sandbox.junctionClient().createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .production, region: .us)
        }
        let seen = await statuses(400) {
            let keys = try await sandbox.junctionClient().teamAPIKeys(environment: .production, region: .us).all()
            #expect(keys.isEmpty)
        }
        #expect(await creates == Array(repeating: 200, count: 400) && seen == Array(repeating: 200, count: 400))
        #expect(sandbox.junction.teamAPIKeys.count == 400)
    }
}
