import APIKeys

extension Fault {
    /// Responses whose status is no success.
    static let ofTheStatus: [Fault] =
        [300, 301, 302, 303, 304, 307, 308].flatMap { status in
            [("the same host", "/elsewhere"), ("another host", "http://127.0.0.2:9/"), ("http", "http://example.com/")]
                .map {
                    target, location in
                    Fault(
                        "\(status) to \(target)",
                        // By 301, 302 and 303 a server points at what a POST has made.
                        create: .failure("redirect", (301...303).contains(status) ? .unknown : .notProcessed),
                        read: .failure("redirect", .notProcessed),
                        response: "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
                }
        }
        + [425, 429].map { status in
            Fault(
                "\(status)", create: .failure(status == 429 ? "rateLimited" : "unexpectedStatus", .notProcessed, 3),
                response: "HTTP/1.1 \(status) Later\r\nretry-after-ms: 1\r\nContent-Length: 0\r\n\r\n")
        }
        // Behind the write, as gateways and nginx's logs have it.
        + [
            Fault(
                "408", create: .failure("unexpectedStatus", .unknown),
                read: .failure("unexpectedStatus", .notProcessed, 3),
                response: "HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n"),
            Fault(
                "499", create: .failure("unexpectedStatus", .unknown),
                response: "HTTP/1.1 499 Gone\r\nContent-Length: 0\r\n\r\n"),
        ]
        + [
            "retry-after-ms: 1", "Retry-After: 0", "Retry-After: 0.001", "Retry-After: soon",
            "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: 61",
        ].flatMap { hint in
            // A minute and a second is more than is waited for.
            let attempts = hint == "Retry-After: 61" ? 1 : 3
            return [
                Fault(
                    "429 with \(hint)", create: .failure("rateLimited", .notProcessed, attempts),
                    response: "HTTP/1.1 429 Later\r\n\(hint)\r\nContent-Length: 0\r\n\r\n"),
                Fault(
                    "503 with \(hint)", create: .failure("server", .unknown),
                    read: .failure("server", .unknown, attempts),
                    response: "HTTP/1.1 503 Later\r\n\(hint)\r\nContent-Length: 0\r\n\r\n"),
            ]
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
                "An error body is HTML", create: .failure("forbidden", .notProcessed),
                response: "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
            ),
            Fault(
                "An error body is empty", create: .failure("notFound", .notProcessed),
                response: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
            Fault("An error body is Latin-1", create: .failure("badRequest", .notProcessed)) { connection, _ in
                while connection.readRequest() != nil {
                    connection.send("HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n")
                    connection.send([0x6E, 0xE9, 0x65])
                }
            },
            Fault(
                "An error body is cut", create: .failure("forbidden", .notProcessed),
                once: "HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n{\"detail\":\"no"),
        ]

    /// The whole table.
    package static let all = ofTheConnection + ofTheResponse + ofTheHead + ofTheCoding + ofTheStatus

    /// The part of the table that the article Errors-and-outcomes shows.
    package static let inArticle: [Fault] =
        [refused] + ofTheConnection + ofTheResponse.filter { $0.create.kind != "success" }
        + ofTheStatus.filter {
            ["307 to another host", "401 with the challenge Basic", "422", "429", "503"].contains($0.name)
        }

    /// The part of the article's table that the README shows.
    package static let inReadme: [Fault] = inArticle.filter {
        [
            refused.name, "The connection is reset after the request", "The response is cut in its body by a reset",
            "429", "503",
        ].contains($0.name)
    }

    /// Nobody listens; played without a peer.
    package static let refused = Fault(
        "The connection is refused", create: .failure("network", .notProcessed, 3)
    ) { _, _ in }
}
