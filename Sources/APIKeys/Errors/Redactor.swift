/// Takes the secrets of a call out of the texts that a server sends back.
struct Redactor: Sendable {
    private static let replacement = "(redacted)"
    private let secrets: [String]

    init(_ secrets: [Secret]) {
        self.secrets = secrets.flatMap { secret -> Set<String> in [secret.reveal(), secret.reveal().percentEncoded] }
            .filter { !$0.isEmpty }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    func redacting(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: Self.replacement) }
    }

    func redacting(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redacting(text))
        case .array(let values): .array(values.map(redacting))
        case .object(let members): .object(redacting(members))
        case .null, .bool, .integer, .number: value
        }
    }

    func redacting(_ members: [String: JSONValue]) -> [String: JSONValue] {
        Dictionary(members.map { (redacting($0), redacting($1)) }, uniquingKeysWith: { first, _ in first })
    }

    func redacting(_ error: HTTPValidationError) -> HTTPValidationError {
        HTTPValidationError(
            detail: error.detail.map { entry in
                ValidationError(
                    loc: entry.loc.map { if case .field(let name) = $0 { .field(redacting(name)) } else { $0 } },
                    msg: redacting(entry.msg),
                    type: redacting(entry.type),
                    input: entry.input.map(redacting),
                    ctx: entry.ctx.map(redacting)
                )
            })
    }
}
