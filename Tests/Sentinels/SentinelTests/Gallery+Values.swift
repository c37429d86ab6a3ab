import APIKeys
import APIKeysCurl
import APIKeysPostgres
import APIKeysSandbox
import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

private struct Item: ProvisioningItem {
    var id: String
    var label: String { id }
}

extension Gallery {
    /// Values of each public type as a program makes them, secrets in every place that is for one.
    func showValues() async throws {
        enter("a value")
        let secret = Secret(Sentinel.created.text)
        let (text, leaky) = (secret.reveal(), HostileAnswer.Leaky())
        let url = try #require(URL(string: "https://user:\(text)@api.example.com/v1?\(text)#\(text)"))
        let headers: HTTPHeaders = ["X-Key": Sentinel.header.text]
        let request = HTTPRequest(method: .post, url: url, headers: headers, body: Data(text.utf8))
        let response = HTTPResponse(status: 201, headers: headers, body: Data(text.utf8))
        let failure = NetworkFailure(reason: .other, partialResponse: response)
        let error = APIError(
            kind: .middleware, outcome: .unknown, provider: "P", operation: "o", headers: headers,
            responseBody: Data(text.utf8), recoveredSecret: secret, underlying: leaky)
        let marker = KeyMarker.random()
        let issued = IssuedKey(id: "1", label: "l", secret: secret)
        let pending = PendingRotation(oldID: "1", newID: "2", label: "l", begunAt: .now)
        let report = ProvisioningReport(
            failed: ["a": leaky, "b": error], unresolved: [marker],
            overlapping: [.init(item: "i", keyID: "k", until: .now)])
        let progress = ProvisioningEvent.Progress(done: 1, failed: 0, total: 1, rate: 1, remaining: .zero)
        let entry = LedgerEntry(item: "i", place: "p", marker: marker, state: .stored, keyID: "k")
        let validation = HTTPValidationError(detail: [.init(loc: ["body", 0], msg: "m", type: "t", input: .null)])
        let created = Junction.TeamAPIKey(id: UUID(), label: "l", value: secret, teamID: UUID(), createdAt: .now)
        let values: [Any] = [
            secret, headers, headers.fields[0], request, response, failure,
            failure.reason, error, error.kind, error.outcome, APIError.Kind.validation(validation), validation,
            HTTPMethod.get, PostConnections.fresh, RetryPolicy.default,
            RequestOptions(headers: headers), ClientConfiguration(baseURL: url, onEvent: { _ in _ = secret }),
            ResponseMetadata(status: 200, headers: headers, requestID: "r"),
            MiddlewareNext { _ in throw HostileAnswer.Leaky(words: secret.reveal()) },
            ClientEvent(
                step: .started, provider: "P", operation: "o", method: .get, pathTemplate: "/", duration: .zero),
            ClientEvent.Step.retry(number: 1, delay: .zero),
            ClientEvent.Step.finished(attempts: 1, status: 1, failure: error.kind, outcome: .unknown),
            Patch.value(secret), Patch<String>.null, JSONValue.null, LocationElement.index(0),
            ExpiringCredential(secret, lifetime: nil), issued, ListedKey(id: "1", label: "l", secret: secret), marker,
            Rotation(issued: issued, retired: "1"), pending,
            RotationError(step: .store, underlying: leaky, workingKeyIDs: ["1"], issued: issued, pending: pending),
            RotationError.Step.store, UnresolvedKey(marker: marker, keyIDs: ["1"], underlying: leaky),
            Unavailable(reason: "r"), KeyReplacement(storedBefore: .now), ProvisioningPlan(create: ["a"]), report,
            ProvisioningEvent(kind: .failed(leaky), item: "i", progress: progress),
            ProvisioningEvent(kind: .finished(report), item: nil, progress: progress), ProvisioningEvent.Kind.stored,
            RetirementReport(failed: ["a": leaky, "b": error], unresolved: [marker]), entry, entry.state,
            LedgerClaim.granted([entry]), LedgerClaim.held, FileLedgerError(.inUse, path: "p"),
            FileLedgerError.Reason.system(call: "open", code: 2),
            PagedSequence<Secret>.Page(elements: [secret], nextCursor: "c"), created,
            Junction.PartialDeletion(completed: .init(), remaining: [UUID()], underlying: leaky),
            Junction.IncompleteList(keys: [], nextCursor: "c"), Junction.ExistingTeam(teamID: UUID()),
            Junction.TeamAccessToken(accessToken: secret, expiresIn: .seconds(1)), Baseten.Authorization.apiKey,
            Baseten.APIKey(apiKey: secret), Imtegrate.Environment.live, PostgresLedgerError.Reason.pooled,
            CurlTransport.Options(clientKeyFile: "f"), MockTransport.Answer.response(response),
            MockTransport.Answer.failure(leaky), MockTransport.Answer.sequence([.failure(leaky)]),
            MockTransport.Answer.json(created), TestClock(), TestClock().now, SeededRandom(seed: 1),
            Sandbox.Fault.answer(response), Sandbox.Fault.Stage.afterProcessing, Sandbox.Target.operation("o"),
            Sandbox.Occurrence.first(1), LoopbackServer.ConnectionDrop.after(bodyBytes: 1, of: response),
            LoopbackServer.ConnectionDrop.after(headBytes: 1, of: response), LoopbackServer.Limits(),
        ]
        for value in values { show(value) }
        show(Sandbox.LabelChange.cut(1))
        let sandbox = Sandbox()
        await show { try sandbox.inject(.lostAnswer, into: .operation("none")) }
        let server = try LoopbackServer(sandbox)
        await show { try LoopbackServer(sandbox, port: UInt16(server.baseURL.port ?? 0)) }
        await server.stop()
        await show { try await MockTransport().send(request) }
        let error422 = APIError(
            kind: .validation(validation), outcome: .notProcessed, provider: "P", operation: "o",
            responseBody: Data(#"{"a":{"c":"\#(text)"},"b":"\#(text)"}"#.utf8))
        await show { try error422.decodeResponseBody(as: [String: [String: Int]].self) }
        await show { try error422.decodeResponseBody(as: [Bool].self) }
        await show { try JSONDecoder().decode(Junction.TeamAPIKey.self, from: Data(#"{"value":"\#(text)"}"#.utf8)) }
    }
}
