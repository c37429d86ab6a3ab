import APIKeys

extension Fault {
    /// Responses that are unusual but whole.
    static let ofTheResponse: [Fault] = [
        Fault(
            "Interim responses come first", create: .success(),
            response: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + success),
        Fault(
            "The answer is HTTP/1.0, its body ended by the close", create: .success(),
            once: "HTTP/1.0 200 OK\r\n\r\n" + body),
        Fault(
            "The response is chunked", create: .success(),
            response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "8;ext=1\r\n{\"id\":7,\r\n12\r\n\"token\":\"tok_new\"}\r\n0\r\n\r\n"),
        trailers,
        absurdLength,
        Fault(
            "The response unpacks to more than the limit", create: .failure("responseTooLarge", .processed)
        ) { [bomb = Gzip.zeros(5 << 20)] connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n")
            connection.send(bomb)
            connection.hold()
        },
        Fault(
            "The declared length exceeds the limit", create: .failure("responseTooLarge", .processed),
            once: "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n"
        ) { $0.flood() },
        Fault(
            "A body without a declared length exceeds the limit", create: .failure("responseTooLarge", .processed),
            once: "HTTP/1.1 200 OK\r\n\r\n"
        ) { $0.flood() },
        Fault(
            "A success has no body", create: .failure("decoding", .processed),
            response: "HTTP/1.1 204 No Content\r\n\r\n"),
        Fault(
            "A success has the status 205", create: .failure("decoding", .processed),
            response: "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            "A success is not JSON", create: .failure("decoding", .processed),
            response: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"),
        Fault(
            "The answer is not HTTP", create: .failure("network", .unknown), once: "SSH-2.0-OpenSSH_9.6\r\n"),
        Fault(
            "The headers are larger than 100 kB", create: .success(),
            response:
                "HTTP/1.1 200 OK\r\nX-Large: \(String(repeating: "x", count: 100_000))\r\nContent-Length: 26\r\n\r\n"
                + body),
        Fault(
            "A header stands twice", create: .success(),
            response: "HTTP/1.1 200 OK\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Length: 26\r\n\r\n" + body),
    ]

    /// Ends the process over URLSession on Linux: row 21 of its traps.
    package static let trailers = Fault(
        "A chunked response has trailers", create: .trap, overCurl: Ends(create: .success()),
        response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n\(body)\r\n0\r\nX-Sum: 1\r\n\r\n")

    /// Ends the process over URLSession on Linux: row 21 of its traps.
    package static let absurdLength = Fault(
        "The declared length is 2^63 - 1 bytes", create: .trap,
        overCurl: Ends(create: .failure("network", .processed)),
        once: "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n\(body)")
}

extension PeerConnection {
    /// Sends until the client has had enough, 2 GB at most.
    func flood() {
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<2048 where !send(block) { return }
    }
}
