import APIKeys
import APIKeysSandbox
import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import TestSupport
import Testing

/// Passes requests on to a sandbox, and notes every secret that comes back.
private struct Noting: HTTPTransport {
    let sandbox: Sandbox
    let gallery: Gallery

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await sandbox.send(request)
        if let body = try? JSON.value(JSONValue.self, from: response.body) { note(body) }
        return response
    }

    private func note(_ value: JSONValue) {
        switch value {
        case .array(let values): for value in values { note(value) }
        case .object(let members):
            for (name, value) in members {
                let isSecret = ["value", "key", "api_key", "token", "private_key", "access_token"].contains(name)
                // What is before a dot is Baseten's name for the key.
                if isSecret, let text = value.string?.split(separator: ".").last {
                    gallery.add(Sentinel("a key of the sandbox", String(text)))
                }
                note(value)
            }
        default: break
        }
    }
}

private struct Item: ProvisioningItem {
    var id: String
    var label: String { "item \(id)" }
}

extension Gallery {
    /// Keys that are created once, rotated and provisioned at a sandbox, with what goes wrong on the way.
    func showLifecycle() async throws {
        let sandbox = Sandbox(seed: 1)
        let secrets = [
            sandbox.junction.managementKey, sandbox.imtegrate.token, sandbox.nekuda.token,
            sandbox.baseten.apiKey,
        ]
        for secret in secrets { add(Sentinel("a credential of the sandbox", secret.reveal(), hasHalves: false)) }
        let transport = Noting(sandbox: sandbox, gallery: self)
        let configuration = configuration(isWatched: false)
        let junction = JunctionClient(
            managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
            configuration: configuration, transport: transport)
        let baseten = BasetenClient(
            apiKey: sandbox.baseten.apiKey, configuration: configuration, transport: transport)
        let nekuda = NekudaClient(token: sandbox.nekuda.token, configuration: configuration, transport: transport)
        let imtegrate = ImtegrateClient(
            token: sandbox.imtegrate.token, configuration: configuration, transport: transport)
        let teamRing = junction.teamKeyRing(
            teamID: sandbox.junction.teamID, environment: .sandbox, region: .us)
        enter("a key that is created once")
        await show { try await imtegrate.keyRing().createOnce(label: "ci") }
        try await showRotations(teamRing, sandbox, create: "createTeamAPIKey", revoke: "deleteTeamAPIKeys")
        try await showRotations(
            junction.managementKeyRing(role: .orgAdmin), sandbox, create: "createManagementKey",
            revoke: "deleteManagementKey")
        try await showRotations(
            baseten.keyRing(type: .workspaceInvoke), sandbox, create: "createAPIKey", revoke: "deleteAPIKey")
        try await showRotations(nekuda.keyRing(), sandbox, create: "createAPIKey", revoke: "revokeAPIKey")
        try await showJob(teamRing, sandbox)
        enter("the sandbox after all of it")
        show(sandbox)
        for value in sandbox.requests { show(value) }
        for rows in [
            sandbox.junction.teamAPIKeys, sandbox.junction.managementKeys, sandbox.junction.teams,
            sandbox.baseten.apiKeys, sandbox.baseten.teams, sandbox.imtegrate.apiKeys, sandbox.nekuda.apiKeys,
        ] as [[Any]] { for row in rows { show(row) } }
        for state in [sandbox.junction, sandbox.baseten, sandbox.imtegrate, sandbox.nekuda] as [Any] { show(state) }
    }

    private func showRotations(
        _ ring: some RevocableKeyRing, _ sandbox: Sandbox, create: String, revoke: String
    ) async throws {
        let leaky = HostileAnswer.Leaky()
        let faults: [Sandbox.Fault?] = [nil, .lostAnswer, .maintenance(.afterProcessing)]
        for fault in faults {
            enter("a rotation with \(fault?.description ?? "no fault") at \(ring.place)")
            if let fault { try sandbox.inject(fault, into: .operation(create)) }
            let first = await show { try await ring.createOnce(label: "ci") }
            guard let id = first?.id else { continue }
            let second = await show {
                try await ring.rotate(id, label: "ci", store: { self.show($0) }, verify: { self.show($0) })
            }
            guard let id = second?.issued.id else { continue }
            let pending = await show { try await ring.beginRotation(of: id, label: "ci", store: { _ in }) }
            if let pending { await show { try await ring.abandonRotation(pending) } }
            await show { try await ring.rotate(id, label: "ci", store: { _ in throw leaky }) }
            await show { try await ring.rotate(id, label: "ci", store: { _ in }, verify: { _ in throw leaky }) }
            try sandbox.inject(.expiredCredential, into: .operation(revoke), .always)
            await show { try await ring.rotate(id, label: "ci", store: { _ in }) }
            sandbox.removeFaults()
        }
        enter("a key that is not found again at \(ring.place)")
        try sandbox.inject(.lostAnswer, into: .operation(create))
        try sandbox.inject(.expiredCredential, into: .everything, .always)
        await show { try await ring.createOnce(label: "ci", settling: .milliseconds(1)) }
        sandbox.removeFaults()
        for key in try await ring.keys(options: .init()) { show(key) }
    }

    private func showJob(_ ring: some RevocableKeyRing, _ sandbox: Sandbox) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sentinels-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "job.ledger")
        let items = ["a", "b", "c", "d"].map(Item.init)
        let isFailing = Locked(true)
        for (run, replacing) in [nil, nil, KeyReplacement(storedBefore: .now, overlap: .seconds(60))]
            .enumerated()
        {
            enter("run \(run) of a job")
            let ledger = try FileLedger(file)
            defer { ledger.close() }
            let job = Provisioning<Item>(
                ledger: ledger, concurrency: 1, settling: .milliseconds(1), replacing: replacing,
                ring: { _ in ring },
                verify: { [self] item, key in
                    show(key)
                    if item.id == "b", isFailing.withLock({ $0 }) { throw HostileAnswer.Leaky() }
                },
                store: { [self] item, key in
                    show(key)
                    if item.id == "c", isFailing.withLock({ $0 }) { throw HostileAnswer.Leaky() }
                })
            try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
            try sandbox.inject(.serverError(500, .afterProcessing), into: .operation("createTeamAPIKey"))
            show(job)
            let events = job.events(for: items)
            var iterator = events.makeAsyncIterator()
            for value in [events, iterator] as [Any] { show(value) }
            while let event = try await iterator.next() {
                show(event)
                if case .finished(let report) = event.kind { show(report) }
            }
            await show { try await job.plan(for: items) }
            await show { try await job.adopt(keyID: "none", storedAt: .now, for: items[0]) }
            for entry in try await ledger.entries() { show(entry) }
            if case .granted(let entries) = try await ledger.claim("a") { show(LedgerClaim.granted(entries)) }
            await ledger.release("a")
            show(ledger)
            await show { try FileLedger(file) }
            isFailing.withLock { $0 = false }
            sandbox.removeFaults()
            if run == 2 { await show { try await job.retire(items) } }
        }
        show(try String(contentsOf: file, encoding: .utf8), as: "the ledger's file")
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
}
