import APIKeys

extension Fault {
    /// Content codings that are there although a create asks for `identity`, or that are named and not there.
    static let ofTheCoding: [Fault] = {
        let plain = Array(body.utf8)
        return [
            Fault("The response is compressed", create: .success(), coding: "gzip", Gzip.stored(plain)),
            Fault("The response is x-gzip", create: .success(), coding: "X-GZip", Gzip.stored(plain)),
            Fault("The response is deflate", create: .success(), coding: "deflate", Gzip.zlib(plain)),
            Fault("The response is deflate without zlib", create: .success(), coding: "Deflate", Gzip.block(plain)),
            Fault("The coding is identity", create: .success(), coding: "identity", plain),
            Fault(
                "The response is compressed twice", create: .success(), coding: "deflate, gzip",
                Gzip.stored(Gzip.zlib(plain))),
            Fault(
                "The compressed response lacks its end", create: .success(), coding: "gzip",
                Gzip.stored(plain).dropLast(4)),
            Fault(
                "The compressed response is damaged", create: lost,
                overCurl: Ends(create: .failure("decoding", .processed), read: lostThrice), coding: "gzip",
                Gzip.stored(plain).map { $0 == UInt8(ascii: "7") ? UInt8(ascii: "8") : $0 }),
            Fault(
                "The coding is unknown", create: lost, overCurl: Ends(create: .success(), read: lostThrice),
                coding: "UTF-8", plain),
            Fault(
                "The coding is not there", create: lost, overCurl: Ends(create: .success(), read: lostThrice),
                coding: "gzip", plain),
        ]
    }()

    private static let lost = End.failure("network", .processed)
    /// libcurl decodes what a read asks for, below either transport.
    private static let lostThrice = End.failure("network", .processed, 3)

    /// A success with a coding.
    private init(
        _ name: String, create: End, overCurl: Ends? = nil, coding: String,
        _ body: [UInt8]
    ) {
        self.init(name, create: create, overCurl: overCurl) { connection, _ in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n")
                connection.send(body)
            }
        }
    }
}
