import APIKeys

extension Fault {
    /// Responses whose status is no success.
    static let ofTheStatus: [Fault] =
        [300, 301, 302, 303, 307, 308].map { status in
            Fault(
                "\(status) to anywhere", create: .failure("redirect", .notProcessed),
                response: "HTTP/1.1 \(status) Elsewhere\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n")
        }
        + [408, 425, 429].map { status in
            Fault(
                "\(status)", create: .failure(status == 429 ? "rateLimited" : "unexpectedStatus", .notProcessed, 3),
                response: "HTTP/1.1 \(status) Later\r\nretry-after-ms: 1\r\nContent-Length: 0\r\n\r\n")
        }
        + [500, 502, 503, 504].map { status in
            Fault(
                "\(status)", create: .failure("server", .unknown), read: .failure("server", .unknown, 3),
                response: "HTTP/1.1 \(status) Oops\r\nRetry-After: 0.001\r\nContent-Length: 0\r\n\r\n")
        }
        + [
            (400, "badRequest"), (403, "forbidden"), (404, "notFound"), (409, "conflict"), (422, "validation"),
        ].map { status, kind in
            Fault(
                "\(status)", create: .failure(kind, .notProcessed),
                response: "HTTP/1.1 \(status) No\r\nContent-Length: 2\r\n\r\n{}")
        }
        + [401, 407].flatMap { status in
            ["Basic realm=\"x\"", "Bearer", "Digest realm=\"x\", nonce=\"y\"", "Negotiate", "NTLM", "Odd a=b"].map {
                scheme in
                Fault(
                    "\(status) with the challenge \(scheme.prefix { $0 != " " })",
                    create: .failure(status == 401 ? "unauthorized" : "unexpectedStatus", .notProcessed),
                    response: "HTTP/1.1 \(status) No\r\n\(status == 401 ? "WWW" : "Proxy")-Authenticate: \(scheme)\r\n"
                        + "Content-Length: 4\r\n\r\nnope")
            }
        }
        + [
            Fault(
                "An error body is cut", create: .failure("forbidden", .notProcessed)
            ) { connection, _ in
                connection.readRequest()
                connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n{\"detail\":\"no")
            }
        ]

    /// The whole table.
    static let all = ofTheConnection + ofTheResponse + ofTheStatus

    /// The part of the table that the README shows.
    static let inReadme: [Fault] =
        [refused] + ofTheConnection + ofTheResponse.filter { $0.create.kind != "success" }
        + ofTheStatus.filter {
            ["307 to anywhere", "401 with the challenge Basic", "422", "429", "503"].contains($0.name)
        }

    /// Nobody listens; played without a peer.
    static let refused = Fault(
        "The connection is refused", create: .failure("network", .notProcessed, 3)
    ) { _, _ in }
}
