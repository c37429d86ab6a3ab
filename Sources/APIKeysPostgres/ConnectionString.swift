import APIKeys
import Foundation

/// What says where the server is, checked so that nothing that is printed can repeat a part of a password.
struct ConnectionString: Sendable {
    let text: String

    /// Takes a URL, or keywords and values.
    ///
    /// - Throws: ``/APIKeys/Unavailable`` for what libpq cannot read, and for a URL that it may read in another way
    ///   than it is meant. libpq's own words are not used: they repeat parts of the string.
    init(_ text: String, _ library: LibPQ) throws(Unavailable) {
        guard !text.utf8.contains(0), !Self.isAmbiguous(text),
            let options = text.withCString({ library.parse($0, nil) })
        else {
            throw Unavailable(
                reason: "the connection string cannot be read: use postgres://USER@HOST/DATABASE, with every special "
                    + "character of a part as %XX, or keywords such as host=HOST dbname=DATABASE")
        }
        library.freeOptions(options)
        self.text = text
    }

    /// Takes a string as it is, for tests without libpq.
    init(unchecked text: String) {
        self.text = text
    }

    /// Whether a URL has an `@` that does not end its user: one in a password, which ends up in the host's name, the
    /// port or the path, of which errors speak.
    private static func isAmbiguous(_ text: String) -> Bool {
        // By bytes: a mark behind a sign must not hide it.
        guard let scheme = ["postgres://", "postgresql://"].first(where: { text.utf8.starts(with: $0.utf8) }) else {
            return false
        }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        let sign = UInt8(ascii: "@")
        return authority.count { $0 == sign } > 1 || rest[authority.endIndex...].contains(sign)
    }
}
