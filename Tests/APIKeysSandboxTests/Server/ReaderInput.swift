import APIKeys
import APIKeysSandbox
import Foundation
import Testing

/// A byte stream and what a reader makes of it.
struct ReaderInput: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// The requests as `METHOD URL body`, then the status of the rejection where there is one.
    var outcome: [String]

    init(_ name: String, _ text: String, _ outcome: String...) {
        self.name = name
        self.text = text
        self.outcome = outcome
    }

    var testDescription: String { name }

    /// Small limits, so that the tests of them are small.
    static let limits = LoopbackServer.Limits(
        maximumRequestLineBytes: 60, maximumHeaderBytes: 200, maximumHeaderCount: 6, maximumBodyBytes: 20)

    /// What a reader makes of bytes that arrive in these pieces.
    static func outcome(of pieces: [ArraySlice<UInt8>], limits: LoopbackServer.Limits = limits) -> [String] {
        var reader = HTTPRequestReader.of(pieces, limits: limits)
        var outcome: [String] = []
        do {
            while let incoming = try reader.next() {
                let body = incoming.request.body.map { String(decoding: $0, as: UTF8.self) } ?? "-"
                outcome.append("\(incoming.request.method) \(incoming.request.url.absoluteString) \(body)")
            }
        } catch let rejection as Rejection {
            outcome.append("\(rejection.status)")
        } catch {
            outcome.append("\(error)")
        }
        return outcome
    }

    static let accepted = [
        ReaderInput("GET", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://h/ -"),
        ReaderInput("empty line ahead", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://h/ -"),
        ReaderInput("1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", "GET http://127.0.0.1:1/a -"),
        ReaderInput("empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n", "GET http://127.0.0.1:1/a -"),
        ReaderInput("port", "GET /a HTTP/1.1\r\nhOST: \t h:8 \t\r\n\r\n", "GET http://h:8/a -"),
        ReaderInput("IPv6", "GET /a HTTP/1.1\r\nHost: [::1]:8\r\n\r\n", "GET http://[::1]:8/a -"),
        ReaderInput(
            "target kept", "GET /%2f%2E/../a//b?x=%20+&y HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http://h/%2f%2E/../a//b?x=%20+&y -"),
        ReaderInput(
            "target that is no URL", "GET /#[]{}|\\^`\"<>%2%zz%4a?a[]=1 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http://h/%23%5B%5D%7B%7D%7C%5C%5E%60%22%3C%3E%252%25zz%4a?a%5B%5D=1 -"),
        ReaderInput("absolute form", "GET http://o:9/a HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://o:9/a -"),
        ReaderInput("asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS http://h -"),
        ReaderInput("own method", "P!X / HTTP/1.1\r\nHost: h\r\n\r\n", "P!X http://h/ -"),
        ReaderInput("length", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", "PUT http://h/ abc"),
        ReaderInput("length zero", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "PUT http://h/ -"),
        ReaderInput(
            "length twice the same",
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc",
            "PUT http://h/ abc"),
        ReaderInput(
            "length of all that is let in",
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n01234567890123456789",
            "PUT http://h/ 01234567890123456789"),
        ReaderInput(
            "chunked", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            "PUT http://h/ abcd"),
        ReaderInput(
            "extensions and trailers",
            "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "00A;x=\"y\"\r\n0123456789\r\n1 ;z\r\n\n\r\n0;q\r\nT: 1\r\nU: 2\r\n\r\n",
            "PUT http://h/ 0123456789\n"),
        ReaderInput(
            "chunked and empty", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "PUT http://h/ -"),
        ReaderInput(
            "pipelined",
            "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                + "PUT /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /4 HTTP/1.0\r\n\r\n",
            "PUT http://h/1 abc", "GET http://h/2 -", "PUT http://h/3 x", "GET http://127.0.0.1:1/4 -"),
        ReaderInput(
            "expectation", "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
            "PUT http://h/ x"),
        ReaderInput(
            "rejected behind a good one", "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET http://h/ -",
            "400"
        ),
        ReaderInput("incomplete", "GET / HTTP/1.1\r\nHost: h\r\n"),
    ]

    static let rejected = [
        line("no version", "GET /", 400), line("two spaces", "GET  / HTTP/1.1", 400),
        line("space behind", "GET / HTTP/1.1 ", 400), line("tab", "GET\t/ HTTP/1.1", 400),
        line("method", "G(T / HTTP/1.1", 400), line("no method", " / HTTP/1.1", 400),
        line("no target", "GET  HTTP/1.1", 400),
        line("lower case version", "GET / http/1.1", 400), line("version 1.10", "GET / HTTP/1.10", 400),
        line("version 1,1", "GET / HTTP/1,1", 400), line("version 2.0", "PRI * HTTP/2.0", 505),
        line("version 1.2", "GET / HTTP/1.2", 505), line("version 0.9", "GET / HTTP/0.9", 505),
        line("target not a path", "GET a HTTP/1.1", 400), line("authority form", "CONNECT h:80 HTTP/1.1", 400),
        line("https", "GET https://h/ HTTP/1.1", 400), line("user info", "GET http://u:p@h/ HTTP/1.1", 400),
        line("no host", "GET http:///a HTTP/1.1", 400), line("no host at all", "GET http:// HTTP/1.1", 400),
        line("port", "GET http://h:65536/ HTTP/1.1", 400),
        line("not ASCII", "GET /ä HTTP/1.1", 400), line("NUL", "GET /\0 HTTP/1.1", 400),
        line("CR", "GET /\r HTTP/1.1", 400), line("LF", "GET /\n HTTP/1.1", 400),
        line("too long", "GET /" + String(repeating: "a", count: 60) + " HTTP/1.1", 414),
        ReaderInput("two empty lines", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "400"),
        ReaderInput("line feed alone", "GET / HTTP/1.1\nHost: h\n\n", "400"),
        ReaderInput("too long, no end", String(repeating: "a", count: 62), "414"),
        field("no colon", "abc", 400), field("no name", ": a", 400), field("space before the colon", "A : a", 400),
        field("folded", "A: a\r\n b", 400), field("folded at once", " A: a", 400), field("NUL", "A: a\0b", 400),
        field("CR", "A: a\rb", 400), field("control", "A: a\u{1}b", 400), field("DEL", "A: \u{7F}", 400),
        field("line feed alone", "A: a\nB: b", 400), field("two Hosts", "Host: h", 400),
        field("too large", "A: " + String(repeating: "a", count: 200), 431),
        field("too many", "A:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:", 431),
        field("both framings", "Content-Length: 1\r\nTransfer-Encoding: chunked", 400),
        field("lengths differ", "Content-Length: 1\r\nContent-Length: 2", 400),
        field("lengths differ in a list", "Content-Length: 1, 2", 400), field("empty length", "Content-Length:", 400),
        field("negative length", "Content-Length: -1", 400), field("signed length", "Content-Length: +1", 400),
        field("hexadecimal length", "Content-Length: 0x1", 400), field("list with a gap", "Content-Length: 1,,1", 400),
        field("too much", "Content-Length: 21", 413),
        field("beyond Int", "Content-Length: 99999999999999999999999", 413),
        field("gzip", "Transfer-Encoding: gzip, chunked", 501), field("identity", "Transfer-Encoding: identity", 501),
        field("chunked twice", "Transfer-Encoding: chunked, chunked", 400),
        field("no-break space", "Transfer-Encoding: \u{A0}chunked", 501),
        field("empty coding", "Transfer-Encoding:", 501), field("expectation", "Expect: 200-ok", 417),
        ReaderInput("no Host", "GET / HTTP/1.1\r\nA: a\r\n\r\n", "400"),
        ReaderInput("bad Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"),
        ReaderInput("user in Host", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", "400"),
        ReaderInput("bad port", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", "400"),
        ReaderInput("port with a sign", "GET / HTTP/1.1\r\nHost: h:+80\r\n\r\n", "400"),
        ReaderInput("huge port", "GET / HTTP/1.1\r\nHost: h:99999999999999999999\r\n\r\n", "400"),
        ReaderInput("chunked in 1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        chunk("no size", "\r\n", 400), chunk("not hexadecimal", "g\r\n", 400), chunk("prefixed", "0x1\r\n", 400),
        chunk("negative", "-1\r\n", 400), chunk("space ahead", " 1\r\n", 400), chunk("space behind", "1 \r\n", 400),
        chunk("overflow", "10000000000000000\r\n", 400), chunk("sign bit", "8000000000000000\r\n", 400),
        chunk("largest", "7fffffffffffffff\r\n", 413), chunk("too much", "15\r\n", 413),
        chunk("too much in two", "14\r\n01234567890123456789\r\n1\r\n", 413),
        chunk("longer than it says", "1\r\nab\r\n", 400), chunk("line feed alone", "1\na", 400),
        chunk("line feed alone behind", "1\r\na\n", 400), chunk("NUL in an extension", "1;\0\r\n", 400),
        chunk("control in an extension", "1;\u{1}\r\n", 400),
        chunk("extension too long", "1;" + String(repeating: "a", count: 200) + "\r\n", 431),
        chunk("size without end", String(repeating: "0", count: 4098), 400),
        chunk("bad trailer", "0\r\nabc\r\n", 400), chunk("folded trailer", "0\r\nA: a\r\n b\r\n", 400),
        chunk("trailer too large", "0\r\nA: " + String(repeating: "a", count: 200) + "\r\n", 431),
    ]

    private static func line(_ name: String, _ line: String, _ status: Int) -> ReaderInput {
        ReaderInput("request line: " + name, line + "\r\nHost: h\r\n\r\n", "\(status)")
    }

    private static func field(_ name: String, _ fields: String, _ status: Int) -> ReaderInput {
        ReaderInput("field: " + name, "PUT / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n", "\(status)")
    }

    private static func chunk(_ name: String, _ chunks: String, _ status: Int) -> ReaderInput {
        ReaderInput(
            "chunk: " + name, "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, "\(status)")
    }
}

extension HTTPRequestReader {
    /// A reader of bytes that arrive in these pieces, and then end.
    static func of(
        _ pieces: [ArraySlice<UInt8>], limits: LoopbackServer.Limits = .init(), authority: String = "127.0.0.1:1",
        agree: @escaping () -> Void = {}
    ) -> HTTPRequestReader {
        var rest = pieces[...]
        return HTTPRequestReader(
            limits: limits, defaultAuthority: authority, read: { _ in rest.popFirst().map { Array($0) } }, agree: agree)
    }
}
