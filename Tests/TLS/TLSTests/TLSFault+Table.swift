import JunctionKeys

extension TLSFault {
    /// The whole table.
    static let all = ofTheHandshake + ofTheConnection + ofReuse + ofTheStream

    /// No request is on the wire in any of these. URLSession's code is -1 all the same, as for a body that was cut, so
    /// that the outcome of a create can't be told from it. A second address that refuses makes it -1004 instead.
    static let ofTheHandshake: [TLSFault] =
        [
            ("untrusted", "network(secure connection failed (-1))"),
            ("expired", "network(secure connection failed (-1))"),
            ("wrong name", "network(secure connection failed (-1))"), ("handshake closed", "network"),
            ("handshake reset", "network"), ("handshake silence", "timedOut"),
        ].map { name, kind in
            TLSFault(
                name, name.hasPrefix("handshake") ? [.http2] : HTTPVersion.allCases,
                create: .failure(kind, .unknown, requests: 0), read: .failure(kind, .unknown, 3, requests: 0),
                overCurl: name.hasPrefix("handshake") ? unsent(kind) : refused)
        }
        + [
            TLSFault("trusted", create: .success(), isLate: true),
            TLSFault("two addresses, trusted", create: .success()),
            TLSFault(
                "two addresses, untrusted", create: .failure("network", .notProcessed, 3, requests: 0),
                read: .failure("network", .unknown, 3, requests: 0), overCurl: refused),
        ]

    /// libcurl tells a refused certificate from other ends of a handshake, and it knows that no request was sent.
    private static let refused = (
        create: End.failure("network(secure connection failed (60))", .notProcessed, requests: 0),
        read: End.failure("network(secure connection failed (60))", .notProcessed, 3, requests: 0)
    )

    private static func unsent(_ kind: String) -> (create: End, read: End) {
        let end = End.failure(kind, .notProcessed, 3, requests: 0)
        return (end, end)
    }

    static let ofTheConnection: [TLSFault] = [
        TLSFault("silence", create: .failure("timedOut", .unknown), read: .failure("timedOut", .unknown, 3)),
        TLSFault("unanswered", create: .failure("network", .unknown), read: .failure("network", .unknown, 3)),
        TLSFault(
            "two addresses, unanswered", create: .failure("network", .unknown),
            read: .failure("network", .unknown, 3)),
        TLSFault(
            "headers reset", [.http1], create: .failure("network", .unknown), read: .failure("network", .unknown, 3),
            overCurl: cutBehindTheStatus),
        TLSFault(
            "headers reset", [.http2], create: .failure("network", .unknown), read: .failure("network", .unknown, 3)),
        TLSFault(
            "headers cut with close_notify", [.http2], create: .failure("network", .unknown),
            read: .failure("network", .unknown, 3)),
        TLSFault("headers cut with close_notify", [.http1], create: .trap, overCurl: cutBehindTheStatus),
        TLSFault(
            "headers cut without close_notify", [.http2], create: .failure("network", .unknown),
            read: .failure("network", .unknown, 3)),
        TLSFault(
            "body cut with close_notify", create: .failure("network", .processed),
            read: .failure("network", .processed, 3)),
        TLSFault(
            "body cut without close_notify", create: .failure("network", .processed),
            read: .failure("network", .processed, 3)),
        TLSFault("body reset", create: .failure("network", .processed), read: .failure("network", .processed, 3)),
        TLSFault("body ended by close_notify", [.http1], create: .success()),
        // Debian's libcurl takes the end of the stream for the end of the body. JSON that was cut there is no JSON.
        TLSFault("body ended without close_notify", [.http1], create: .success()),
    ]

    /// libcurl hands over each line of a head as it comes, the status among them.
    private static let cutBehindTheStatus = (
        create: End.failure("network", .processed), read: End.failure("network", .processed, 3)
    )

    /// Over HTTP/1.1 a create has a connection of its own, and libcurl repeats a read by itself. Over HTTP/2 a create
    /// takes the connection of the one before, since `Connection: close` does not exist there.
    static let ofReuse: [TLSFault] = [
        TLSFault("dropped on reuse", [.http1], create: .success(), read: .success(requests: 2), isLate: true),
        TLSFault(
            "dropped on reuse", [.http2], create: .failure("network", .unknown), read: .success(2),
            overCurl: (.success(), .success(2)), isLate: true),
        TLSFault("closed while idle with close_notify", [.http1], create: .success(), isLate: true),
        TLSFault(
            "closed while idle with close_notify", [.http2], create: .failure("network", .unknown, requests: 0),
            read: .success(2, requests: 1), overCurl: (.success(), .success(2, requests: 1)), isLate: true),
        TLSFault("closed while idle without close_notify", create: .success(), isLate: true),
        TLSFault("GOAWAY and close while idle", [.http2], create: .success(), isLate: true),
        TLSFault("GOAWAY while idle", [.http2], create: .success(), isLate: true),
    ]

    static let ofTheStream: [TLSFault] =
        [
            TLSFault("GOAWAY with the request, answered", [.http2], create: .success()),
            TLSFault("RST_STREAM REFUSED_STREAM, once", [.http2], create: unprocessed, read: .success(requests: 2)),
            // libcurl repeats each of a read's tries five times by itself.
            TLSFault(
                "RST_STREAM REFUSED_STREAM", [.http2], create: unprocessed,
                read: .failure("network", .unknown, 3, requests: 18)),
            // libcurl turns to HTTP/1.1 by itself, and stalls where there is a body to send again.
            TLSFault(
                "RST_STREAM HTTP_1_1_REQUIRED", [.http2], create: .failure("timedOut", .unknown),
                read: .success(requests: 2),
                overCurl: (.failure("network", .unknown), .success(requests: 2))),
            TLSFault(
                "RST_STREAM in the body", [.http2], create: .failure("network", .processed),
                read: .failure("network", .processed, 3)),
        ]
        + ["GOAWAY without the request, once", "GOAWAY without the request, left open, once"].map {
            TLSFault($0, [.http2], create: .failure("network", .unknown), read: .success(2))
        }
        + [
            "GOAWAY without the request", "GOAWAY with the request, unanswered", "RST_STREAM INTERNAL_ERROR",
            "RST_STREAM CANCEL",
        ].map {
            TLSFault(
                $0, [.http2], create: .failure("network", .unknown), read: .failure("network", .unknown, 3))
        }

    /// The server says that it did not process the stream. libcurl sends the request again by itself, but has no body
    /// left to send: the second one never is whole.
    private static let unprocessed = End.failure("network", .unknown)
}
