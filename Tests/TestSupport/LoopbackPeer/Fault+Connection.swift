import APIKeys

extension Fault {
    /// What happens to the connection.
    static let ofTheConnection: [Fault] = [
        Fault(
            "The connection is reset before the request was read", create: .failure("network", .unknown)
        ) { connection, _ in
            // Earlier, a client may not even have connected.
            _ = connection.isClosedByClient(within: 10_000)
            connection.reset()
        },
        Fault(
            "The connection is reset during the request", create: .failure("network", .unknown)
        ) { connection, _ in
            _ = connection.read(atMost: 10)
            connection.reset()
        },
        Fault(
            "The connection is reset after the request", create: .failure("network", .unknown), once: ""
        ) { $0.reset() },
        Fault(
            "The connection is closed without an answer", create: .failure("network", .unknown), once: ""),
        Fault(
            "The response is cut in its headers by a reset", create: .failure("network", .unknown),
            overCurl: cutInTheHeaders
        ) { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Ty")
            connection.waitUntilReceived()
            connection.reset()
        },
        headersCutByAClose,
        Fault(
            "The response is cut in its body by a reset", create: .failure("network", .processed),
            once: "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"id\":7,\"tok"
        ) { $0.reset() },
        Fault(
            "The response is cut in its body by a clean close", create: .failure("network", .processed),
            once: "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"id\":7,\"tok"),
        Fault(
            "A chunked response is cut", create: .failure("network", .processed),
            once: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n"),
        Fault(
            "The server never answers", create: .failure("timedOut", .unknown), once: ""
        ) { $0.hold() },
        Fault(
            "The headers trickle in past the time-out", create: .failure("timedOut", .unknown), once: ""
        ) { $0.trickle("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n") },
        Fault(
            "The body trickles in past the time-out", create: .failure("timedOut", .processed),
            once: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        ) { $0.trickle(#"{"id":7,"tok"#) },
    ]

    /// Ends the process over URLSession on Linux: row 7 of its traps.
    package static let headersCutByAClose = Fault(
        "The response is cut in its headers by a clean close", create: .trap, overCurl: cutInTheHeaders,
        once: "HTTP/1.1 200 OK\r\nContent-Ty")

    /// libcurl hands over each line of a head as it comes, the status among them.
    private static let cutInTheHeaders = Ends(create: .failure("network", .processed))
}

extension PeerConnection {
    /// Sends a byte every 50 milliseconds until the client closes the connection. So slowly that little of a status
    /// line is there when the call gives up: the peer may close before URLSession has, which ends the process within
    /// the headers.
    func trickle(_ text: String) {
        for byte in text.utf8 {
            guard send([byte]), !isClosedByClient(within: 50) else { return }
        }
        hold()
    }
}
