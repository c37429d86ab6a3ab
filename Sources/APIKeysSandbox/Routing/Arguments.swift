import APIKeys
import Foundation

/// The checked parameters and the checked body of a call. A parameter or member that was not sent is not there.
struct Arguments: Sendable {
    /// A handler asked for a value that its route does not require: a mistake of the sandbox's own, answered with 500.
    struct Missing: Error {
        let name: String
    }

    var parameters: [String: JSONValue] = [:]
    var body: [String: JSONValue] = [:]
    /// What becomes of the key that the call creates.
    let creation: Creation

    init(creation: Creation) {
        self.creation = creation
    }

    /// The rows that a list shows for now.
    func listed<Row: Identifiable>(_ rows: [Row]) -> [Row] where Row.ID: CustomStringConvertible {
        creation.delays.listed(rows)
    }

    /// The value of a parameter or, if there is none of that name, of a member of the body.
    subscript(name: String) -> JSONValue? {
        parameters[name] ?? body[name]
    }

    func text(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw Missing(name: name) }
        return text
    }

    func uuid(_ name: String) throws -> UUID {
        guard let id = uuidIfPresent(name) else { throw Missing(name: name) }
        return id
    }

    func textIfPresent(_ name: String) -> String? { self[name]?.string }

    func uuidIfPresent(_ name: String) -> UUID? { self[name]?.string.flatMap(UUID.init) }

    func texts(_ name: String) -> [String]? { self[name]?.array.map { $0.compactMap(\.string) } }

    func isTrue(_ name: String) -> Bool { self[name] == .bool(true) }
}
