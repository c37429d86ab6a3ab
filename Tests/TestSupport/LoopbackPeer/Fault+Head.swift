import APIKeys

extension Fault {
    /// Odd heads of whole responses, for the list of what URLSession on Linux can't read. libcurl itself reads nearly
    /// all.
    static let ofTheHead: [Fault] =
        [
            unreadable("A field line has no space behind its colon", "X-Tight:value"),
            unreadable("A field line has no colon", "No colon", overCurl: cut),
            unreadable("A field has no name", ": value"),
            unreadable("A field's value is Latin-1", bytes: Array("X-Latin: ".utf8) + [0xE9]),
            unreadable("The first field line is folded", " folded", overCurl: cut),
            unreadable("The status has no reason phrase", status: Array("HTTP/1.1 200".utf8)),
            unreadable("The reason phrase is Latin-1", status: Array("HTTP/1.1 200 ".utf8) + [0xE9]),
            unreadable("The lines of the head end in LF alone", lineEnd: "\n"),
        ]
        + [
            Fault(
                "The reason phrase is empty", create: .success(),
                response: "HTTP/1.1 200 \r\nContent-Length: 26\r\n\r\n\(body)"),
            Fault(
                "The reason phrase and a value are UTF-8", create: .success(),
                response: "HTTP/1.1 200 Crée\r\nX-Name: é\r\nContent-Length: 26\r\n\r\n\(body)"),
            // libcurl takes the line for the head's end, and what follows for the body.
            Fault(
                "A field line begins with CR, and the response has a body", create: .success(),
                response: "HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\rX-Odd: 1\r\n\r\n\(body)"),
            nulField, returnField, returnLine, length(before: 8), length(before: 512),
            Fault(
                "The declared length is 2^63 - 513 bytes", create: .failure("responseTooLarge", .processed),
                overCurl: cut, once: "HTTP/1.1 200 OK\r\nContent-Length: \(Int.max - 512)\r\n\r\n\(body)"),
            Fault(
                "The status is 999", create: .failure("unexpectedStatus", .unknown),
                response: "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
        ]
        + ["", "http://[", "http://a b/", "http://127.0.0.1:-1/"].flatMap { target in
            [302, 307].map { status in
                Fault(
                    "\(status) to \"\(target)\", which is no URL",
                    create: .failure("redirect", status == 302 ? .unknown : .notProcessed),
                    read: .failure("redirect", .notProcessed),
                    response: "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
            }
        }

    /// The status was read, and the rest is missing or refused.
    private static let cut = Ends(create: .failure("network", .processed))

    /// Ends the process over URLSession on Linux, which takes the line for none: row 5c of its traps.
    package static let nulField = Fault(
        "A field line begins with NUL", create: .trap,
        overCurl: cut, once: "HTTP/1.1 200 OK\r\n\u{0}X-Odd: 1\r\nContent-Length: 26\r\n\r\n\(body)")

    /// Ends the process over URLSession on Linux if no body follows.
    package static let returnField = Fault(
        "A field line begins with CR, and the response has no body", create: .trap,
        overCurl: Ends(create: .failure("decoding", .processed)),
        response: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\rX-Odd: 1\r\n\r\n")

    /// The same for a status that has no body.
    package static let returnLine = Fault(
        "The head of a 204 has a line of CR alone", create: .trap,
        overCurl: Ends(create: .failure("decoding", .processed)),
        response: "HTTP/1.1 204 No Content\r\n\r\r\n\r\n")

    /// Ends the process over URLSession on Linux, as 2^63 - 1 does: a `Double` makes 2^63 of it.
    package static func length(before: Int) -> Fault {
        Fault(
            "The declared length is 2^63 - \(before) bytes", create: .trap,
            overCurl: cut, once: "HTTP/1.1 200 OK\r\nContent-Length: \(Int.max - before + 1)\r\n\r\n\(body)")
    }

    /// A response that fails as a whole over URLSession, its status with it.
    private static func unreadable(
        _ name: String, _ line: String? = nil, bytes: [UInt8]? = nil, status: [UInt8] = Array("HTTP/1.1 200 OK".utf8),
        lineEnd: String = "\r\n", overCurl: Ends = Ends(create: .success())
    ) -> Fault {
        let lines = [status, bytes ?? line.map { Array($0.utf8) }, Array("Content-Length: 26".utf8), []].compactMap {
            $0
        }
        let head = lines.flatMap { $0 + Array(lineEnd.utf8) }
        return Fault(
            name, create: .failure("network", .unknown), overCurl: overCurl
        ) { connection, _ in
            while connection.readRequest() != nil { connection.send(head + Array(body.utf8)) }
        }
    }
}
