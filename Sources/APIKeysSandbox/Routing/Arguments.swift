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
    /// What lists leave out for now.
    let listing: Listing

    init(listing: Listing) {
        self.listing = listing
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

/// What lists leave out for now: the creations that a delayed listing holds back.
struct Listing: Sendable {
    /// Until when each id is held back.
    private let heldBack: Locked<[String: Duration]>
    /// The time of the call.
    private let now: Duration
    /// How long what the call creates is held back; `nil` if it is not.
    private let delay: Duration?

    init(_ heldBack: Locked<[String: Duration]>, now: Duration, delay: Duration?) {
        self.heldBack = heldBack
        self.now = now
        self.delay = delay
    }

    /// Notes that the call has created something.
    func created(_ id: some CustomStringConvertible) {
        guard let delay else { return }
        heldBack.withLock { $0[id.description] = now + delay }
    }

    /// The rows that a list shows.
    func shown<Row: Identifiable>(_ rows: [Row]) -> [Row] where Row.ID: CustomStringConvertible {
        let hidden = heldBack.withLock { heldBack in
            if heldBack.values.contains(where: { $0 <= now }) { heldBack = heldBack.filter { $0.value > now } }
            return heldBack
        }
        return hidden.isEmpty ? rows : rows.filter { hidden[$0.id.description] == nil }
    }
}
