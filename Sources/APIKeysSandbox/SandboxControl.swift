import APIKeys
import Foundation

/// A sandbox whose faults happen to the server's connections, and its own endpoints, below `/_sandbox`: for tests in
/// any language, and never for a web page.
struct SandboxControl: HTTPTransport {
    let sandbox: Sandbox

    private static let endpoints: [String: [HTTPMethod]] = [
        "health": [.get], "state": [.get], "requests": [.get], "faults": [.get, .post, .delete], "seed": [.post],
        "reset": [.post], "clock": [.post], "check": [.post],
    ]

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = RequestTarget(request.url).path
        guard path == "/_sandbox" || path.hasPrefix("/_sandbox/") else {
            return try await sandbox.answer(request, at: nil)
        }
        let response = reply(to: request, String(path.dropFirst("/_sandbox/".count)))
        return response.identified(by: sandbox.nextRequestID())
    }

    private func reply(to request: HTTPRequest, _ endpoint: String) -> HTTPResponse {
        // A browser says where a script comes from: no page may read the secrets of a sandbox on the reader's machine.
        guard request.headers["Origin"] == nil else {
            return Rejection(403, "The sandbox is not for web pages").response
        }
        guard let methods = Self.endpoints[endpoint] else { return Rejection(404, "Not Found").response }
        guard methods.contains(request.method) else {
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            return Rejection(405, "Method Not Allowed", headers: ["Allow": allowed]).response
        }
        do {
            return .json(try carryOut(request, endpoint))
        } catch let refusal as Rejection {
            return refusal.response
        } catch {
            return Rejection(400, "\(error)").response
        }
    }

    private func carryOut(_ request: HTTPRequest, _ endpoint: String) throws -> [String: JSONValue] {
        switch (endpoint, request.method) {
        case ("state", _): return sandbox.state
        case ("requests", _): return ["requests": .objects(sandbox.requests.map(\.value))]
        case ("seed", _): return try sandbox.seed(try Self.body(of: request))
        case ("reset", _): sandbox.reset()
        case ("clock", _): sandbox.advanceClock(by: try Self.duration(in: try Self.body(of: request)))
        case ("check", _):
            let text = String(decoding: request.body ?? Data(), as: UTF8.self)
            guard sandbox.accepts(Secret(text.trimmingCharacters(in: .whitespacesAndNewlines))) else {
                throw Rejection(401, "No key with this secret works")
            }
        case ("faults", let method):
            if method == .delete { sandbox.removeFaults() }
            if method == .post { sandbox.faults.add(try entries(of: request)) }
            return ["faults": .strings(sandbox.faults.pending)]
        default: break
        }
        return ["status": .string("ok")]
    }

    private func entries(of request: HTTPRequest) throws -> [FaultPlan.Entry] {
        let model = Model(fields: [.required("faults", .list(.string()))], forbidsExtras: true)
        let body = try Self.validated(.object(try Self.body(of: request)), model, at: ["body"])
        return try (body["faults"]?.array ?? []).map { try sandbox.entry(parsing: $0.string ?? "") }
    }

    private static func duration(in body: [String: JSONValue]) throws -> Duration {
        let seconds: Double? =
            switch body["advance"] {
            case .integer(let seconds): Double(seconds)
            case .number(let seconds): seconds
            default: nil
            }
        let limit = Delays.limit / .seconds(1)
        guard let seconds, (0...limit).contains(seconds), body.count == 1 else {
            throw Rejection(400, "The body must be {\"advance\": SECONDS}, between 0 and \(Int64(limit))")
        }
        return .seconds(seconds)
    }

    private static func body(of request: HTTPRequest) throws -> [String: JSONValue] {
        guard let members = (try? JSON.value(JSONValue.self, from: request.body ?? Data()))?.object else {
            throw Rejection(400, "The body must be a JSON object")
        }
        return members
    }

    fileprivate static func validated(
        _ value: JSONValue, _ model: Model, at loc: [LocationElement]
    ) throws -> JSONValue {
        var errors: [InputError] = []
        guard let valid = Schema.model(model).validated(value, at: loc, errors: &errors) else {
            throw Rejection(errors)
        }
        return valid
    }
}

extension Sandbox {
    /// Everything that the sandbox holds, secrets included, by provider and kind, and the faults to come.
    fileprivate var state: [String: JSONValue] {
        var state: [String: JSONValue] = ["faults": .strings(faults.pending)]
        for provider in providers {
            let rows = provider.collections.map { ($0.name, JSONValue.objects($0.rows())) }
            state[type(of: provider).name.lowercased()] = .object(Dictionary(uniqueKeysWithValues: rows))
        }
        return state
    }

    /// Adds what an object of the same form as ``state`` lists. Nothing is added if something does not fit its schema.
    /// Returns what was added, in the same form.
    fileprivate func seed(_ body: [String: JSONValue]) throws -> [String: JSONValue] {
        var wanted: [(provider: String, collection: SandboxCollection, rows: [[String: JSONValue]])] = []
        for (name, value) in body.sorted(by: { $0.key < $1.key }) {
            guard let provider = providers.first(where: { type(of: $0).name.lowercased() == name }) else {
                throw Rejection(400, "there is no provider \"\(name)\"")
            }
            let lists = provider.collections.map { SchemaField.optional($0.name, .list(.model($0.schema))) }
            let model = Model(fields: lists, forbidsExtras: true)
            let valid = try SandboxControl.validated(value, model, at: ["body", .field(name)])
            wanted += provider.collections.map { (name, $0, (valid[$0.name]?.array ?? []).compactMap(\.object)) }
        }
        var added: [String: [String: JSONValue]] = [:]
        for (provider, collection, rows) in wanted where !rows.isEmpty {
            added[provider, default: [:]][collection.name] = .objects(
                try rows.map { try collection.add(CallArguments(body: $0, delays: delays)) })
        }
        return added.mapValues { .object($0) }
    }
}

extension Sandbox.Request {
    fileprivate var value: [String: JSONValue] {
        [
            "method": .string(method.rawValue), "path": .string(path), "provider": .optional(provider),
            "operation": .optional(operation), "status": status.map { .integer(Int64($0)) } ?? .null,
            "fault": .optional(fault), "request_id": .string(requestID),
        ]
    }
}
