import APIKeys
import Foundation

/// The sandbox's own endpoints, below `/_sandbox`: for tests in any language, and never for a web page.
struct SandboxControl {
    let sandbox: Sandbox

    private static let endpoints: [String: [HTTPMethod]] = [
        "health": [.get], "state": [.get], "requests": [.get], "faults": [.get, .post, .delete], "seed": [.post],
        "reset": [.post], "clock": [.post], "check": [.post],
    ]

    /// Answers a request that is for one of the endpoints; `nil` for any other.
    func response(to request: HTTPRequest) -> HTTPResponse? {
        let path = RequestTarget(request.url).path
        guard path == "/_sandbox" || path.hasPrefix("/_sandbox/") else { return nil }
        return reply(to: request, String(path.dropFirst("/_sandbox/".count))).response
    }

    private func reply(to request: HTTPRequest, _ endpoint: String) -> Answer {
        // A browser says where a script comes from: no page may read the secrets of a sandbox on the reader's machine.
        guard request.headers["Origin"] == nil else {
            return .detail("The sandbox is not for web pages", status: 403)
        }
        guard let methods = Self.endpoints[endpoint] else { return .detail("Not Found", status: 404) }
        guard methods.contains(request.method) else {
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            return .detail("Method Not Allowed", status: 405, headers: ["Allow": allowed])
        }
        do {
            return .json(try carryOut(request, endpoint))
        } catch let refusal as Rejection {
            return .detail(refusal.detail, status: refusal.status)
        } catch let invalid as Invalid {
            return .detail(.array(invalid.errors.map(\.value)), status: 422)
        } catch {
            return .detail(.string("\(error)"), status: 400)
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
        let model = Model([.required("faults", .list(.string()))], forbidsExtras: true)
        let body = try Self.validated(try Self.body(of: request), model, at: ["body"])
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
        _ object: [String: JSONValue], _ model: Model, at loc: [LocationElement]
    ) throws -> [String: JSONValue] {
        var errors: [InputError] = []
        guard let valid = model.validated(object, at: loc, errors: &errors) else { throw Invalid(errors: errors) }
        return valid
    }
}

extension Sandbox {
    /// Everything that the sandbox holds, secrets included, by provider and kind, and the faults to come.
    fileprivate var state: [String: JSONValue] {
        var state: [String: JSONValue] = ["faults": .strings(faults.pending)]
        for provider in providers.all {
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
            guard let provider = providers.all.first(where: { type(of: $0).name.lowercased() == name }) else {
                throw Rejection(400, "there is no provider \"\(name)\"")
            }
            let lists = Model(
                provider.collections.map { .optional($0.name, .list(.model($0.schema))) },
                forbidsExtras: true)
            var errors: [InputError] = []
            let valid = Schema.model(lists).validated(value, at: ["body", .field(name)], errors: &errors)
            guard let valid else { throw Invalid(errors: errors) }
            wanted += provider.collections.map { (name, $0, (valid[$0.name]?.array ?? []).compactMap(\.object)) }
        }
        var added: [String: [String: JSONValue]] = [:]
        for (provider, collection, rows) in wanted where !rows.isEmpty {
            added[provider, default: [:]][collection.name] = .objects(try rows.map(collection.add))
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
