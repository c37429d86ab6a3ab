import APIKeys

extension SandboxProvider {
    /// Answers a request for one of the provider's calls.
    func answer(_ request: HTTPRequest, _ match: RouteMatch, _ listing: Listing) -> Reply {
        do {
            return try carryOut(request, match, listing)
        } catch let refusal as Refusal {
            return reply(to: refusal)
        } catch let invalid as Invalid {
            return reply(to: invalid.errors)
        } catch {
            return .json(.unwritable)
        }
    }

    private func carryOut(_ request: HTTPRequest, _ match: RouteMatch, _ listing: Listing) throws -> Reply {
        let body = match.route.body.map { _ in RequestBody(request) }
        switch body {
        case .invalid(let error): throw Invalid(errors: [error])
        case .unreadable: throw Refusal(400, "There was an error parsing the body")
        case .absent, .value, nil: break
        }
        try authenticate(request.headers)

        var arguments = Arguments(listing: listing)
        var errors: [InputError] = []
        func read(_ parameters: [Parameter]) {
            for parameter in parameters {
                arguments.parameters[parameter.name] = parameter.value(in: match, errors: &errors)
            }
        }
        read(scope)
        if errors.isEmpty { try enter(arguments) }
        for place in [Parameter.Place.path, .query] { read(match.route.parameters.filter { $0.place == place }) }
        if let model = match.route.body {
            if case .value(let value) = body {
                if case .object(let members) = Schema.model(model).validated(value, at: ["body"], errors: &errors) {
                    arguments.body = members
                }
            } else {
                errors.append(.missing(["body"]))
            }
        }
        guard errors.isEmpty else { throw Invalid(errors: errors) }
        return try match.route.handle(arguments)
    }
}

/// What is wrong with the parameters and the body of a request.
struct Invalid: Error {
    let errors: [InputError]
}
