import Foundation

/// The checked parameters and the checked body of a call. A parameter or member that was not sent is not there.
struct Arguments: Sendable {
    /// A handler asked for a value that its route does not require: a mistake of the sandbox's own, answered with 500.
    struct Missing: Error {
        let name: String
    }

    var parameters = WireObject()
    var body = WireObject()
    /// What lists leave out for now.
    let listing: Listing

    init(listing: Listing) {
        self.listing = listing
    }

    /// The value of a parameter or, where there is none of that name, of a member of the body.
    subscript(name: String) -> WireValue? {
        parameters[name] ?? body[name]
    }

    func text(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw Missing(name: name) }
        return text
    }

    func textIfPresent(_ name: String) -> String? {
        self[name]?.string
    }

    func uuid(_ name: String) throws -> UUID {
        guard let id = uuidIfPresent(name) else { throw Missing(name: name) }
        return id
    }

    func uuidIfPresent(_ name: String) -> UUID? {
        self[name]?.string.flatMap(UUID.init)
    }

    func texts(_ name: String) -> [String]? {
        self[name]?.array.map { $0.compactMap(\.string) }
    }

    func isTrue(_ name: String) -> Bool {
        self[name] == .bool(true)
    }
}
