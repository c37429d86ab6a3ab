import APIKeys

extension Fault {
    /// Heads that RFC 9112 allows, or tells a client to forgive.
    static let ofTheHead: [Fault] = [
        foldedFirstField,
        Fault("The status has an empty reason", create: .success(), head: ["HTTP/1.1 200 "]),
        Fault("The status has no reason", create: lost, read: lostThrice, overCurl: whole, head: ["HTTP/1.1 200"]),
        Fault(
            "The reason is Latin-1", create: lost, read: lostThrice, overCurl: whole,
            head: ["HTTP/1.1 200 Cr\u{E9}\u{E9}"]),
        Fault(
            "A field is Latin-1", create: lost, read: lostThrice, overCurl: whole,
            head: ["HTTP/1.1 200 OK", "X-Latin: n\u{E9}e"]),
        Fault(
            "The lines of the head end in LF", create: lost, read: lostThrice, overCurl: whole,
            head: ["HTTP/1.1 200 OK", "X-Odd: 1"], lineEnd: "\n"),
    ]

    /// libcurl 7.88.1 refuses it; later ones read it.
    package static let foldedFirstField = Fault(
        "The first field is folded", create: lost, read: lostThrice,
        overCurl: (.failure("network", .processed), .failure("network", .processed, 3)),
        head: ["HTTP/1.1 200 OK", "\tX-Odd: 1"])

    /// What URLSession on Linux makes of a head that it can't read: nothing is left of it.
    private static let lost = End.failure("network", .unknown)
    private static let lostThrice = End.failure("network", .unknown, 3)
    private static let whole = (create: End.success(), read: End.success())

    /// Whole responses that end the process over URLSession on Linux, for which `KnownTrapTests` has tests. They are not in
    /// ``all``.
    package static let fatalToURLSession: [Fault] = [
        Fault(
            "A field begins with NUL", create: .trap,
            overCurl: (create: .failure("network", .processed), read: .failure("network", .processed, 3)),
            head: ["HTTP/1.1 200 OK", "\u{0}X-Odd: 1"]),
        // The CR is the end of the head to libcurl.
        Fault(
            "A field begins with CR", create: .trap,
            overCurl: (create: .failure("decoding", .processed), read: .failure("decoding", .processed)),
            head: ["HTTP/1.1 200 OK", "\rX-Odd: 1"]),
        Fault(
            "The declared length is 2^63 - 8 bytes", create: .trap,
            overCurl: (create: .failure("network", .processed), read: .failure("network", .processed, 3))
        ) { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775800\r\n\r\n\(body)")
        },
    ]

    /// A success with a head of its own, in Latin-1, to which its length is added.
    private init(
        _ name: String, create: End, read: End? = nil, overCurl: (create: End, read: End)? = nil, head: [String],
        lineEnd: String = "\r\n"
    ) {
        let lines = head + ["Content-Length: 26", "", ""]
        let bytes = lines.joined(separator: lineEnd).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        self.init(name, create: create, read: read, overCurl: overCurl) { connection, _ in
            connection.readRequest()
            connection.send(bytes + Array(Fault.body.utf8))
        }
    }
}
