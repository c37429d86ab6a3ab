import APIKeys

/// What a provider holds.
protocol ProviderState: Sendable {
    /// Where ids, secrets and dates come from.
    var source: SandboxSource { get set }

    /// The fixture.
    init(source: SandboxSource)
}

/// A team or a key that a provider holds, as JSON.
protocol ProviderRow: Identifiable, Sendable where ID: CustomStringConvertible {
    /// The members that lists show.
    var listed: [String: JSONValue] { get }
    /// Those that lists do not show, such as a secret.
    var unlisted: [String: JSONValue] { get }
}

extension ProviderRow {
    var unlisted: [String: JSONValue] { [:] }

    /// All members.
    var full: [String: JSONValue] { listed.merging(unlisted) { $1 } }
}

extension Array where Element: ProviderRow {
    /// The place of the row with this id, or 404.
    func place(of id: Element.ID, _ kind: String) throws(Rejection) -> Int {
        guard let place = firstIndex(where: { $0.id == id }) else { throw Rejection(404, "\(kind) not found") }
        return place
    }
}

/// The rows of one kind that a provider holds, as the sandbox's own endpoints show them.
struct SandboxCollection: Sendable {
    let name: String
    /// What has to be said of a new one.
    let schema: Model
    /// All of them, secrets included.
    let rows: @Sendable () -> [[String: JSONValue]]
    /// Adds one that fits the schema, and returns its row.
    let add: @Sendable (CallArguments) throws -> [String: JSONValue]

    init<Row: ProviderRow>(
        _ name: String, _ fields: [SchemaField], rows: @escaping @Sendable () -> [Row],
        add: @escaping @Sendable (CallArguments) throws -> Row
    ) {
        self.name = name
        schema = Model(fields: fields, forbidsExtras: true)
        self.rows = { rows().map(\.full) }
        self.add = { try add($0).full }
    }
}
