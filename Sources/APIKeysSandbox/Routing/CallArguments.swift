import APIKeys
import Foundation

/// The checked parameters and the checked body of a call. A parameter or member that was not sent is not there.
struct CallArguments: Sendable {
    /// A handler asked for a value that its route does not require: a mistake of the sandbox's own, answered with 500.
    struct Missing: Error {
        let name: String
    }

    var parameters: [String: JSONValue] = [:]
    var body: [String: JSONValue] = [:]
    let delays: Delays
    var draw: FaultPlan.Draw = [:]

    /// The rows that a list shows for now.
    func listed<Row: ProviderRow>(_ rows: [Row]) -> [Row] { delays.listed(rows) }

    /// Notes that the call has created something. Called under the lock that the new row is added under, so that no
    /// list shows it in between.
    func created(_ id: some CustomStringConvertible, _ secret: Secret? = nil) {
        if case .delayListing(let delay)? = draw[.listing]?.effect { delays.unlist(id.description, for: delay) }
        if case .delayActivation(let delay)? = draw[.activation]?.effect, let secret {
            delays.deactivate(secret, for: delay)
        }
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
