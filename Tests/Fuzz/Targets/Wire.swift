@testable import APIKeys
@testable import APIKeysCurl
@testable import APIKeysSandbox
import Foundation

extension Target {
    /// Headers over both transports: what is on the wire is each field that was given, and no byte more.
    static let headers = Target(name: "headers") { bytes in
        var input = Input(bytes)
        let isPost = input.byte() % 2 == 0
        var headers = HTTPHeaders()
        while !input.isEmpty, headers.fields.count < 8 {
            headers.append(name: input.text(upTo: 0x0B), value: input.text(upTo: 0x0C))
        }
        let isFit = headers.fields.allSatisfy { field in
            let isName =
                !field.name.isEmpty
                && field.name.utf8.allSatisfy { byte in
                    (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
                }
            return isName && field.value.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
        }
        expect(
            (headers.problem == nil) == isFit, "\(headers.fields.map { [$0.name, $0.value] }): \(headers.problem ?? "")"
        )
        if let problem = headers.problem {
            // Nothing is shown of a value, and of a name only if it is one.
            let words = ["a line break", "a NUL character", "a character outside ASCII", "a control character"]
            let texts = headers.fields.flatMap { field in
                words.map { "the value of the header \(field.name) holds \($0)" }
            }
            let isName = problem.hasPrefix("a header has a name that is empty or holds characters")
            return expect(isName || texts.contains(problem), problem)
        }
        // What the transports say themselves, and no client hands them.
        let own = [
            "host", "connection", "content-length", "transfer-encoding", "expect", "accept-encoding", "te",
            "upgrade", "proxy-connection", "trailer", "keep-alive",
        ]
        guard !headers.fields.contains(where: { own.contains($0.name.lowercased()) }) else { return }
        let request = HTTPRequest(
            method: isPost ? .post : .get, url: Wire.peer.url(), headers: headers,
            body: isPost ? Data("{}".utf8) : nil)
        for transport in Wire.transports {
            Wire.peer.answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
            let result = wait { await Result { try await transport.send(request) } }
            guard case .success = result else { fail("\(type(of: transport)) ended in \(result)") }
            check(Wire.peer.request, request, "\(type(of: transport))")
        }
    }

    private static func check(_ bytes: [UInt8], _ request: HTTPRequest, _ transport: String) {
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { fail("no head: \(text)") }
        expect(
            Array(bytes[end.upperBound...]) == Array(request.body ?? Data()), "\(transport) sent another body: \(text)")
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        expect(lines.first == "\(request.method) / HTTP/1.1", "\(transport) sent \(lines.first ?? "")")
        expect(
            !lines.contains { $0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 >= 0x7F } }, "\(transport) sent \(text)")
        var given: [String: [String]] = [:]
        for field in request.headers.fields { given[field.name.lowercased(), default: []].append(field.value) }
        var sent: [String: [String]] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { fail("\(transport) sent the line \(line.debugDescription)") }
            sent[parts[0].lowercased(), default: []].append(trimmed(String(parts[1])))
        }
        for (name, values) in given {
            // One line for each, or one for all.
            expect(
                sent[name] == values.map(trimmed) || sent[name] == [trimmed(values.joined(separator: ", "))]
                    // URLSession on Linux leaves out a field without a value.
                    || (sent[name] == nil && transport == "URLSessionTransport"
                        && values.allSatisfy { trimmed($0).isEmpty }),
                "\(transport) sent \(name) as \(sent[name] as Any), and not as \(values)")
        }
        let own: Set<String> = [
            "host", "connection", "content-length", "accept-encoding", "user-agent", "accept", "accept-language",
            "content-type",
        ]
        let added = Set(sent.keys).subtracting(given.keys).subtracting(own)
        expect(added.isEmpty, "\(transport) added \(added)")
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
    }

    /// Whole responses over both transports: both end, the process does not, and where both read one, they read the
    /// same.
    static let responses = Target(name: "responses") { bytes in
        var input = Input(bytes)
        let isPost = input.byte() % 2 == 0
        let answer = input.all()
        let request = HTTPRequest(
            method: isPost ? .post : .get, url: Wire.peer.url(),
            headers: isPost ? ["Accept-Encoding": "identity"] : [:], body: isPost ? Data("{}".utf8) : nil,
            timeout: .seconds(5), maximumResponseBytes: 4096)
        Wire.peer.answer = answer
        let curl = wait { await Result { try await Wire.curl.send(request) } }
        switch curl {
        case .success(let response):
            expect(response.body.count <= 4096 && (0..<1000).contains(response.status), "\(response)")
        case .failure(let error):
            guard let failure = error as? NetworkFailure else { fail("threw \(error)") }
            expect(!failure.nothingWasSent, "\(failure) says that nothing was sent")
            expect(failure.reason != .timedOut, "\(String(decoding: answer, as: UTF8.self).debugDescription) timed out")
        }
        // Some answers end the process over URLSession on Linux, and some it can't read: see the README's table.
        guard isTame(answer) else { return }
        Wire.peer.answer = answer
        let session = wait { await Result { try await Wire.session.send(request) } }
        switch (curl, session) {
        case (.success(let one), .success(let other)):
            let text = String(decoding: answer, as: UTF8.self).debugDescription
            expect(one.status == other.status, "\(text): \(one.status) and \(other.status)")
            expect(one.body == other.body, "\(text): \(Array(one.body)) and \(Array(other.body))")
            for name in Set(one.headers.fields.map { $0.name.lowercased() })
            where name != "content-encoding" && name != "content-length" {
                // URLSession on Linux leaves blanks at the end of a value, and loses fields whose names differ in case
                // alone.
                let names = Set(one.headers.fields.map(\.name).filter { $0.lowercased() == name })
                guard names.count == 1 else { continue }
                let values = [one, other].map {
                    $0.headers[name]?.split(whereSeparator: { " ,".contains($0) }).sorted()
                }
                expect(values[0] == values[1], "\(text): \(name) is \(values)")
            }
        case (.failure, .success(let response)):
            fail(
                "libcurl ended in \(curl), and URLSession read \(response): \(String(decoding: answer, as: UTF8.self).debugDescription)"
            )
        case (.success, .failure(let error)), (.failure, .failure(let error)):
            guard let failure = error as? NetworkFailure else { fail("threw \(error)") }
            expect(!failure.nothingWasSent, "\(failure) says that nothing was sent")
        }
    }

    /// Whether the head is whole, ends its lines as HTTP has it, and has no field that is known to end the process.
    private static func isTame(_ answer: [UInt8]) -> Bool {
        guard let end = Data(answer).range(of: Data("\r\n\r\n".utf8)) else { return false }
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Array((lines.first ?? "").utf8)
        guard status.count > 13, status.starts(with: "HTTP/1.1 ".utf8), status[12] == 0x20,
            // Of a redirect, URLSession on Linux keeps no body.
            [UInt8(ascii: "2"), UInt8(ascii: "4"), UInt8(ascii: "5")].contains(status[9]),
            status[10...11].allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        for line in lines {
            guard line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return false }
        }
        let seen = lines.dropFirst().map { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":"), HTTPHeaders.isToken(String(line[..<colon])),
                line[colon...].dropFirst().first == " "
            else { return nil }
            return (line[..<colon].lowercased(), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
        }
        let fields = seen.compactMap { $0 }
        guard fields.count == seen.count, !fields.contains(where: { $0.value.isEmpty }) else { return false }
        let lengths = fields.filter { $0.name == "content-length" }
        guard lengths.count < 2, lengths.allSatisfy({ (Int($0.value) ?? .max) < 1 << 40 && (Int($0.value) ?? -1) >= 0 })
        else { return false }
        // A chunked body may have trailers, and an upgrade leads elsewhere.
        return !fields.contains {
            [
                "transfer-encoding", "trailer", "upgrade", "content-encoding", "location", "connection", "set-cookie",
                "www-authenticate", "proxy-authenticate",
            ].contains($0.name)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// The two transports, and the server that they talk to.
private enum Wire {
    static let peer = WirePeer()
    static let session = URLSessionTransport.shared
    static let curl: CurlTransport = {
        guard let curl = try? CurlTransport() else { fail("there is no libcurl") }
        return curl
    }()
    static let transports: [any HTTPTransport] = [curl, session]
}

/// A server that answers each request, on a connection of its own, with the same bytes, and keeps the request.
private final class WirePeer: Sendable {
    private let state = Locked((answer: [UInt8](), request: [UInt8]()))
    private let port: UInt16

    init() {
        guard let listener = try? Listener() else { fail("no port to listen on") }
        port = listener.port
        Thread.detachNewThread { [state] in
            while let socket = listener.next() { Self.serve(socket, state) }
        }
    }

    func url() -> URL { URL(string: "http://127.0.0.1:\(port)/") ?? URL(filePath: "/") }

    var answer: [UInt8] {
        get { state.withLock { $0.answer } }
        set { state.withLock { $0.answer = newValue } }
    }
    var request: [UInt8] { state.withLock { $0.request } }

    private static func serve(_ socket: Socket, _ state: Locked<(answer: [UInt8], request: [UInt8])>) {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(10)
        while !isWhole(bytes) {
            guard let more = try? socket.read(until: deadline) else { return socket.close() }
            bytes += more
        }
        let answer = state.withLock { state in
            state.request = bytes
            return state.answer
        }
        try? socket.write(answer, until: deadline)
        socket.close()
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return false }
        // As the requests here have it.
        return bytes.starts(with: "GET".utf8) || bytes.count >= end.upperBound + 2
    }
}
