import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

/// Shows what it sees of a call on its way.
private struct Watching: Middleware {
    let gallery: Gallery

    func intercept(
        _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
    ) async throws -> HTTPResponse {
        for value in [request, context, next] as [Any] { gallery.show(value) }
        do {
            let response = try await next(request)
            gallery.show(response)
            return response
        } catch {
            // What a transport throws is its own; ours print no secret.
            if error is NetworkFailure { gallery.show(error) }
            throw error
        }
    }
}

extension Gallery {
    /// A configuration that shows every step of its calls, and maybe what passes its middleware.
    func configuration(
        baseURL: URL? = nil, clock: any Clock<Duration> = TestClock(skippingSleepsUpTo: .seconds(3600)),
        isWatched: Bool = true
    ) -> ClientConfiguration {
        ClientConfiguration(
            baseURL: baseURL, retry: RetryPolicy(maxRetries: 1), middleware: isWatched ? [Watching(gallery: self)] : [],
            maximumResponseBytes: HostileAnswer.maximumResponseBytes,
            clock: clock,
            onEvent: { [self] event in
                let provider = event.provider.prefix(1).uppercased() + event.provider.dropFirst()
                note(call: "\(provider)Client.\(event.operation)")
                show(event)
            })
    }

    /// Every method of every client, with a success, and with each kind of a hostile answer.
    func showCalls() async {
        enter("a success")
        for call in ClientCall.all {
            let value = await show(call, [.success(call.success)], Secret(Sentinel.credential.text))
            #expect(value != nil, "\(call.name)")
        }
        for (number, call) in ClientCall.all.enumerated() {
            enter("a hostile answer to \(call.name)")
            let secrets = [Sentinel.symbols] + (call.secretName == nil ? [] : [.created])
            // All of them once for a create and for a list; one of each form for the others.
            let isWhole = ["JunctionClient.createTeamAPIKey", "JunctionClient.teamAPIKeys"].contains(call.name)
            let answers = HostileAnswer.all(secrets, for: call)
            for (index, answer) in answers.enumerated() where isWhole || index % 16 == call.name.utf8.count % 16 {
                enter("\(answer.name) to \(call.name)")
                await show(call, [.hostile(answer)], Secret(Sentinel.symbols.text))
            }
            guard number % 3 == 0 else { continue }
            enter("a renewal and a retry in \(call.name)")
            let refusal = HostileAnswer.all([.rejected], for: call).first { $0.name.hasPrefix("401") }
            let last = HostileAnswer.all([.rejected, .credential], for: call).first { $0.name.hasPrefix("503") }
            if let refusal, let last {
                let vault = Vault(Sentinel.rejected.text, Sentinel.credential.text)
                await show(call, [.hostile(refusal), .hostile(last), .success(call.success)], vault)
                let other = Vault(Sentinel.rejected.text, Sentinel.credential.text)
                await show(call, [.hostile(refusal), .hostile(last)], other)
            }
        }
    }

    private enum Step {
        case success(String)
        case hostile(HostileAnswer)
    }

    @discardableResult
    private func show(_ call: ClientCall, _ steps: [Step], _ source: any CredentialSource) async -> Any? {
        let answers = steps.map { step -> MockTransport.Answer in
            switch step {
            case .success(let body): .json(text: body, headers: ["X-Request-ID": "r"])
            case .hostile(let answer): answer.answer
            }
        }
        let rest = Locked(answers[...])
        let transport = MockTransport { _ in
            let answer = rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
            switch answer {
            case .response(let response): return response
            case .failure(let error): throw error
            default: throw NetworkFailure(reason: .other)
            }
        }
        let configuration = configuration(isWatched: steps.count != 1)
        let parts = ClientCall.Parts(source: source, configuration: configuration, transport: transport)
        let shown = await show {
            let (value, response) = try await withResponseMetadata { try await call.run(parts) }
            let values: [any Sendable] = [value, response]
            return values
        }
        show(transport)
        // An `APIError` of a script says what its script has put in.
        if case .failure(is APIError)? = answers.first { return shown }
        if steps.count == 1 { show(answers[0]) }
        return shown
    }

    /// Calls that fail before, or beside, an answer.
    func showRefusals() async {
        let call = ClientCall.all[0]
        let credential = Secret(Sentinel.credential.text)
        func parts(
            _ source: any CredentialSource, _ middleware: [any Middleware] = [], transport: MockTransport? = nil
        ) -> ClientCall.Parts {
            var configuration = configuration()
            configuration.middleware += middleware
            return .init(
                source: source, configuration: configuration,
                transport: transport ?? MockTransport(.json(text: call.success)))
        }
        enter("a credential that no header carries")
        for text in [
            "\(Sentinel.credential.text)\r\nX: y", " \(Sentinel.credential.text)", "\(Sentinel.credential.text)é", "\0",
        ] {
            await show { try await call.run(parts(Secret(text))) }
        }
        enter("a credential source that throws")
        let leaky = HostileAnswer.Leaky()
        let known = APIError(
            kind: .unauthorized, outcome: .notProcessed, message: Sentinel.credential.text, provider: "", operation: "")
        for error in [leaky, NetworkFailure(reason: .other)] as [any Error] {
            await show { try await call.run(parts(RefreshingCredential { throw error })) }
        }
        enter("a middleware that throws")
        for error in [leaky, known] as [any Error] {
            await show { try await call.run(parts(credential, [Throwing(error: error)])) }
        }
        enter("a script that has ended")
        await show { try await call.run(parts(credential, transport: MockTransport())) }
        enter("a call that is cancelled")
        let task = Task { await show { try await call.run(parts(credential)) } }
        task.cancel()
        _ = await task.value
        enter("a mistaken base URL")
        let password = Sentinel.userInfo.text
        for text in [
            "https://user:\(password)@api.example.com/v1", "https://api.example.com/?key=\(password)",
            "https://api.example.com/#\(password)", "http://user:\(password)@example.com", "ftp://\(password)@h",
            "x:\(password)",
        ] {
            guard let url = URL(string: text) else { continue }
            var wrong = parts(credential)
            wrong.configuration.baseURL = url
            await show { try await call.run(wrong) }
            show(wrong.configuration)
            show(HTTPRequest(method: .get, url: url))
            for provider in ["JUNCTION", "BASETEN", "IMTEGRATE", "NEKUDA"] {
                for name in ["BASE_URL", "MANAGEMENT_KEY", "API_KEY", "TOKEN", "ORG_ID"] {
                    let value = name == "BASE_URL" ? text : "\"\(password)"
                    showClients(environment: ["\(provider)_\(name)": value])
                    showClients(environment: ["\(provider)_\(name)": "Bearer \(password)"])
                }
            }
        }
    }

    typealias Leaky = HostileAnswer.Leaky

    private struct Throwing: Middleware {
        let error: any Error

        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse { throw error }
    }
}
