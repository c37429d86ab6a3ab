import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import ImtegrateKeys
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct SandboxFaultPlanTests {
    @Test(arguments: [
        ("createTeamAPIKey:lostAnswer:0.1", "createTeamAPIKey:lostAnswer:0.1"), ("*:rateLimited", "*:rateLimited:1"),
        ("nekuda.createAPIKey:slow=200@after:3", "nekuda.createAPIKey:slow=200@after:3"),
        ("*:slow=200@before", "*:slow=200:1"), ("*:slow=31536000000", "*:slow=31536000000:1"),
        ("apiKeys:serverError", "apiKeys:serverError=503:1"),
        ("apiKeys:serverError=500@after:1.0", "apiKeys:serverError=500@after:1.0"),
        ("*:rateLimited=1500:2", "*:rateLimited=1500:2"), ("*:cutBody=0", "*:cutBody=0:1"),
        ("*:cutHead=7:0.0", "*:cutHead=7:0.0"), ("*:cutHeadCleanly=7", "*:cutHeadCleanly=7:1"),
        ("createAPIKey:carriedOutLate=9", "createAPIKey:carriedOutLate=9:1"),
        ("createAPIKey:delayedListing=9", "createAPIKey:delayedListing=9:1"),
        ("createAPIKey:activatesAfter=9", "createAPIKey:activatesAfter=9:1"),
        ("createAPIKey:cutLabel=9:2", "createAPIKey:cutLabel=9:2"), ("*:slugLabel:1.0", "*:slugLabel:1.0"),
        ("*:upperCaseLabel", "*:upperCaseLabel:1"), ("*:trimmedLabel", "*:trimmedLabel:1"),
        ("*:escapedLabel", "*:escapedLabel:1"), ("*:deniedRevocation", "*:deniedRevocation:1"),
        ("*:maintenance@after", "*:maintenance@after:1"),
        ("Baseten.apiKeys:expiredCredential", "Baseten.apiKeys:expiredCredential:1"),
        ("*:droppedRequest@before", "*:droppedRequest:1"), ("*:connectionRefused", "*:connectionRefused:1"),
    ]) func aFaultIsRead(_ text: String, _ unused: String) throws {
        let sandbox = Sandbox()
        try sandbox.inject(parsing: text)
        #expect(sandbox.unusedFaults == [unused])
        sandbox.removeFaults()
        #expect(sandbox.unusedFaults.isEmpty)
    }

    @Test(arguments: [
        ("", "is not [PROVIDER.]OPERATION"), ("lostAnswer", "is not [PROVIDER.]OPERATION"),
        (":lostAnswer", "is not [PROVIDER.]OPERATION"), ("*:lostAnswer:1:1", "is not [PROVIDER.]OPERATION"),
        ("createTeamAPIKeys:lostAnswer", "no provider has \"createTeamAPIKeys\"; the operations are "),
        ("imtegrate.deleteAPIKey:lostAnswer", "no provider has \"imtegrate.deleteAPIKey\""),
        ("nobody.apiKeys:lostAnswer", "no provider has"), ("*:lostanswer", "is not a fault"),
        ("*:lostAnswer=1", "takes no value"), ("*:slow", "needs a value, such as slow=100"),
        ("*:slow=x", "has no whole number"), ("*:slow=-1", "has no whole number"), ("*:slow=1@", "must end in @before"),
        ("*:lostAnswer@before", "does not happen at that stage"), ("*:serverError=200", "is not an error's status"),
        ("*:lostAnswer:0", "neither a probability"), ("*:lostAnswer:1.5", "neither a probability"),
        ("*:lostAnswer:x", "neither a probability"), ("apiKeys:delayedListing=9", "creates nothing"),
        ("*:slow=9999999999999999999", "has no whole number"), ("apiKeys:slugLabel", "creates nothing"),
        ("teams:activatesAfter=1", "creates nothing"), ("createTeam:deniedRevocation", "has no answer by which"),
        ("*:cutLabel", "needs a value, such as cutLabel=100"), ("*:slugLabel=1", "takes no value"),
    ]) func aFaultThatIsNoneIsRefused(_ text: String, _ words: String) {
        let sandbox = Sandbox()
        let error = #expect(throws: Sandbox.InvalidFault.self) { try sandbox.inject(parsing: text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(sandbox.unusedFaults.isEmpty)
    }

    @Test func aTypoInATargetIsAnError() {
        for target in [Sandbox.Target.operation("apikeys"), .operation("teams", of: "nekuda")] {
            #expect(throws: Sandbox.InvalidFault.self) { try Sandbox().inject(.lostAnswer, into: target) }
        }
    }

    @Test func whatHasNotHappenedIsNamed() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.serverError(500), into: .operation("apiKeys", of: "Imtegrate"), .first(2))
        try sandbox.inject(.serverError(501), into: .operation("teams"), .always)
        #expect(sandbox.unusedFaults == ["Imtegrate.apiKeys:serverError=500:2", "teams:serverError=501:1.0"])
        for status in [500, 500, 200] {
            #expect(try await sandbox.answer(.get, "https://api.imtegrate.com/v1/api-keys").status == status)
        }
        #expect(sandbox.unusedFaults == ["teams:serverError=501:1.0"])
        #expect(try await sandbox.answer(.get, "https://api.baseten.co/v1/teams").status == 501)
        #expect(sandbox.unusedFaults.isEmpty)
    }

    @Test func theJournalHoldsNoCredential() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.lostAnswer, into: .operation("createAPIKey"))
        _ = try? await sandbox.imtegrateClient(token: sandbox.imtegrate.token).createAPIKey(name: "ci")
        try sandbox.inject(.connectionRefused)
        _ = try? await sandbox.answer(.get, "https://api.baseten.co/v1/teams?name=x")
        _ = try await sandbox.answer(.get, "https://api.baseten.co/nowhere")
        let lines = sandbox.requests.map { request in
            let status = request.status.map(String.init) ?? "-"
            return "\(request.method) \(request.path) \(request.provider ?? "-") \(request.operation ?? "-") "
                + "\(status) \(request.fault ?? "-")"
        }
        #expect(
            lines == [
                "POST /v1/api-keys Imtegrate createAPIKey 201 lostAnswer",
                "GET /v1/teams Baseten teams - connectionRefused", "GET /nowhere - - 404 -",
            ])
        #expect(!"\(sandbox.requests)".contains(sandbox.imtegrate.token.reveal()))
    }

    @Test func aResetPutsEverythingBack() async throws {
        let clock = TestClock()
        let sandbox = Sandbox(seed: 3, clock: clock)
        func transcript() async throws -> [AnyHashable] {
            sandbox.nekuda.expire(sandbox.nekuda.token)
            sandbox.baseten.addTeam(id: "t", name: "T")
            sandbox.junction.addTeam(name: "T")
            sandbox.imtegrate.addAPIKey(name: "ci")
            sandbox.nekuda.addAPIKey(name: "ci")
            try sandbox.inject(.serverError(), .probability(0.5))
            for _ in 0..<20 { _ = try await sandbox.answer(.get, "https://api.imtegrate.com/v1/api-keys") }
            return [sandbox.requests, sandbox.junction.teams, sandbox.nekuda.apiKeys, sandbox.baseten.teams]
        }
        let first = try await transcript()
        try sandbox.inject(.carriedOutLate(after: .seconds(1)), into: .operation("createAPIKey"))
        sandbox.removeFaults()
        try sandbox.inject(.carriedOutLate(after: .seconds(1)))
        _ = try? await sandbox.answer(.post, "https://api.imtegrate.com/v1/api-keys", body: #"{"name":"late"}"#)
        sandbox.reset()
        #expect(sandbox.requests.isEmpty && sandbox.unusedFaults.isEmpty)
        #expect((sandbox.imtegrate.apiKeys.count, sandbox.nekuda.apiKeys.count) == (2, 3))
        #expect((sandbox.junction.teams.count, sandbox.baseten.teams.count) == (2, 2))
        #expect(try await transcript() == first)
        // What was to be carried out late belongs to the time before the reset.
        await clock.waitForSleepers()
        clock.advance(by: .seconds(2))
        #expect(sandbox.imtegrate.apiKeys.count == 3)
    }

    @Test func aPageHasTheSizeThatIsAskedFor() async throws {
        let sandbox = Sandbox(pageSize: 50)
        for number in 0..<60 { sandbox.junction.addTeamAPIKey(label: "\(number)") }
        var sizes: [Int] = []
        for try await page in sandbox.junctionClient().teamAPIKeys(environment: .production, region: .us).pages {
            sizes.append(page.elements.count)
        }
        #expect(sizes == [50, 10])
    }
}

/// Faults whose effect shows later, by a clock that the tests drive.
@Suite(.timeLimit(.minutes(5))) struct SandboxLateFaultTests {
    private let clock = TestClock()
    private var post: HTTPRequest {
        HTTPRequest(
            method: .post, url: URL(string: "https://api.imtegrate.com/v1/api-keys") ?? URL(fileURLWithPath: "/"),
            headers: ["Content-Type": "application/json"], body: Data(#"{"name":"late"}"#.utf8))
    }

    private func names(_ sandbox: Sandbox) async throws -> [String] {
        try await sandbox.imtegrateClient().apiKeys().map(\.name).filter { !$0.hasPrefix("seeded") }
    }

    @Test func aSlowRequestIsCarriedOutAlthoughItsClientIsGone() async throws {
        let sandbox = Sandbox(clock: clock)
        try sandbox.inject(.slow(.seconds(5)))
        let post = self.post
        let call = Task { try await sandbox.send(post) }
        await clock.waitForSleepers()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await names(sandbox).isEmpty)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        try await until { sandbox.imtegrate.apiKeys.count == 3 }
        #expect(try await names(sandbox) == ["late"])
    }

    @Test func aLateRequestIsCarriedOutAfterItsConnectionIsGone() async throws {
        let sandbox = Sandbox(clock: clock)
        try sandbox.inject(.carriedOutLate(after: .seconds(5)))
        await #expect(throws: NetworkFailure(reason: .connectionLost)) { try await sandbox.send(post) }
        #expect(try await names(sandbox).isEmpty)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        try await until { sandbox.requests.last?.fault != nil }
        #expect(try await names(sandbox) == ["late"])
        #expect(sandbox.requests.map(\.status) == [200, 201, 200])
    }

    @Test func aDelayedListingShowsTheKeyLater() async throws {
        let sandbox = Sandbox(clock: clock)
        try sandbox.inject(.delayedListing(by: .seconds(5)), .first(1))
        try sandbox.inject(.lostAnswer, into: .operation("createAPIKey"))
        #expect(try await names(sandbox).isEmpty)
        await #expect(throws: NetworkFailure(reason: .connectionLost)) { try await sandbox.send(post) }
        #expect(sandbox.imtegrate.apiKeys.count == 3)
        #expect(try await names(sandbox).isEmpty)
        #expect(try await sandbox.send(post).status == 201)
        #expect(try await names(sandbox) == ["late"])
        clock.advance(by: .seconds(5))
        #expect(try await names(sandbox) == ["late", "late"])
        #expect(sandbox.unusedFaults.isEmpty)
    }

    /// Waits for what a task that nobody can wait for does at once.
    private func until(_ isReached: () -> Bool) async throws {
        while !isReached() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
