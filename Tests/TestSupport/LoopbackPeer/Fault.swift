package import APIKeys

/// One way for an exchange to go wrong on the wire, and what a call makes of it.
///
/// The table of these, ``all``, is the source of the table in the article Errors-and-outcomes, and of the README's.
package struct Fault: Sendable, CustomStringConvertible {
    /// What a call of one safety class ends in.
    package struct End: Sendable, Equatable, CustomStringConvertible {
        /// `success`, or the name of the error's kind.
        package var kind: String
        package var outcome: APIError.Outcome?
        package var attempts: Int

        /// As the documentation has it: `network, unknown, 1 request`.
        package var description: String {
            if self == .trap { return "ends the process" }
            let requests = "\(attempts) request\(attempts == 1 ? "" : "s")"
            return outcome.map { "`.\(kind)`, `.\($0)`, \(requests)" } ?? "\(kind), \(requests)"
        }

        /// The whole process ends: swift-corelibs-foundation #5285.
        package static let trap = End(kind: "trap", outcome: nil, attempts: 1)

        package static func success(after attempts: Int = 1) -> End {
            End(kind: "success", outcome: nil, attempts: attempts)
        }

        package static func failure(_ kind: String, _ outcome: APIError.Outcome, _ attempts: Int = 1) -> End {
            End(kind: kind, outcome: outcome, attempts: attempts)
        }
    }

    /// What a create and a read end in.
    package struct Ends: Sendable {
        package var create: End
        package var read: End

        /// By default, a read ends as a create does; if the exchange broke, after two repeats.
        package init(create: End, read: End? = nil) {
            self.create = create
            let isRepeated = create.kind == "network" || create.kind == "timedOut"
            self.read = read ?? (isRepeated ? End(kind: create.kind, outcome: create.outcome, attempts: 3) : create)
        }
    }

    /// What happens, as the documentation says it.
    package var name: String
    /// How both end over URLSession.
    private let ends: Ends
    /// How both end over libcurl, if that is another end.
    private let overCurl: Ends?
    /// Plays the server's part on one connection.
    package var play: @Sendable (PeerConnection, _ index: Int) -> Void

    package init(
        _ name: String, create: End, read: End? = nil, overCurl: Ends? = nil,
        play: @escaping @Sendable (PeerConnection, Int) -> Void
    ) {
        self.name = name
        ends = Ends(create: create, read: read)
        self.overCurl = overCurl
        self.play = play
    }

    /// A fault that is a response: sent to every request, on connections that are kept.
    package init(
        _ name: String, create: End, read: End? = nil, overCurl: Ends? = nil, response: String
    ) {
        self.init(name, create: create, read: read, overCurl: overCurl) { connection, _ in
            while connection.readRequest() != nil { connection.send(response) }
        }
    }

    /// A fault that is one answer, a part of one or none: sent to the first request of each connection, which then ends
    /// after something else.
    package init(
        _ name: String, create: End, read: End? = nil, overCurl: Ends? = nil, once answer: String,
        then end: @escaping @Sendable (PeerConnection) -> Void = { _ in }
    ) {
        self.init(name, create: create, read: read, overCurl: overCurl) { connection, _ in
            connection.readRequest()
            connection.send(answer)
            end(connection)
        }
    }

    /// How a create ends over URLSession.
    package var create: End { ends.create }

    /// How a call ends over a transport.
    package func end(of safety: Safety, over transport: FaultTransport) -> End {
        let ends = transport == .curl ? overCurl ?? ends : ends
        return safety == .create ? ends.create : ends.read
    }

    /// The fault's row in the documentation.
    package var row: String {
        let cells = [Safety.create, .read].map { safety in
            let (end, other) = (end(of: safety, over: .urlSession), end(of: safety, over: .curl))
            return end == other ? "\(end)" : "\(end); over libcurl \(other)"
        }
        return "| \(name) | \(cells.joined(separator: " | ")) |"
    }

    package var description: String { name }

    /// The body of a success.
    package static let body = #"{"id":7,"token":"tok_new"}"#
    /// A success as a well-behaved server sends it.
    package static let success =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n\(body)"
}

/// The transports that the table is about.
package enum FaultTransport: Sendable {
    case urlSession, curl
}
