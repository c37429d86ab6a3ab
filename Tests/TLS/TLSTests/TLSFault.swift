import JunctionKeys
import Testing

/// One way for a connection over TLS to go wrong, and what a call makes of it. The peers in `peer` play it by its
/// name.
struct TLSFault: Sendable, CustomTestStringConvertible {
    /// What a call ends in.
    struct End: Sendable, CustomStringConvertible {
        /// `success`, or the error's kind; an expected one may leave out what is in its brackets.
        var kind: String
        var outcome: APIError.Outcome?
        var attempts: Int
        /// How many whole requests the server got: as many as attempts by default.
        var requests: Int

        var description: String { "\(kind) | \(outcome.map { "\($0)" } ?? "-") | \(attempts)" }

        /// The whole process ends: `KnownTLSTrapTests` plays it.
        static let trap = End(kind: "trap", attempts: 1, requests: 1)

        static func success(_ attempts: Int = 1, requests: Int? = nil) -> End {
            End(kind: "success", attempts: attempts, requests: requests ?? attempts)
        }

        static func failure(
            _ kind: String, _ outcome: APIError.Outcome, _ attempts: Int = 1, requests: Int? = nil
        ) -> End {
            End(kind: kind, outcome: outcome, attempts: attempts, requests: requests ?? attempts)
        }

        /// Whether a call ended as this says.
        func matches(_ end: End) -> Bool {
            (end.kind == kind || end.kind.hasPrefix(kind + "(")) && end.outcome == outcome && end.attempts == attempts
        }
    }

    /// What happens, as the peers say it.
    var name: String
    var versions: [HTTPVersion]
    /// How a create ends over URLSession.
    var create: End
    /// How a read ends over URLSession.
    var read: End
    /// How both end over libcurl, if that is another end.
    var overCurl: (create: End, read: End)?
    /// Whether the fault waits for a second call over the same connection.
    var isLate: Bool

    init(
        _ name: String, _ versions: [HTTPVersion] = HTTPVersion.allCases, create: End, read: End? = nil,
        overCurl: (create: End, read: End)? = nil, isLate: Bool = false
    ) {
        self.name = name
        self.versions = versions
        self.create = create
        self.read = read ?? create
        self.overCurl = overCurl
        self.isLate = isLate
    }

    var testDescription: String { name }

    func end(of call: TeamKeyCall, over carrier: Carrier) -> End {
        if carrier == .curl, let overCurl { return call == .create ? overCurl.create : overCurl.read }
        return call == .create ? create : read
    }
}
