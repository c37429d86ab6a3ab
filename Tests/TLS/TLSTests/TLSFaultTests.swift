import APIKeys
import Foundation
import JunctionKeys
import Testing

/// Every fault of the table, through both real transports.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TLSFaultTests {
    struct Row {
        var fault: TLSFault
        var version: HTTPVersion
        var carrier: Carrier
    }

    private static let rows = TLSFault.all.flatMap { fault in
        fault.versions.flatMap { version in
            Carrier.allCases.map { Row(fault: fault, version: version, carrier: $0) }
        }
    }.filter { $0.fault.end(of: .create, over: $0.carrier).kind != "trap" }

    private static let plays = rows.flatMap { row in TeamKeyCall.allCases.map { (row, $0) } }.filter { row, call in
        // A create over libcurl speaks HTTP/1.1: of HTTP/2's faults it meets those of the handshake alone.
        let isSpoken = row.version == .http1 || row.carrier == .urlSession || call == .read
        return isSpoken || TLSFault.ofTheHandshake.contains { $0.name == row.fault.name }
    }

    @Test(arguments: plays)
    func endsAsTheTableSays(_ row: Row, _ call: TeamKeyCall) async throws {
        let peer = try Peer.playing(row.fault.name, over: row.version, for: call, over: row.carrier)
        let transport = try row.carrier.transport()
        if row.fault.isLate {
            #expect(await call.run(peer, over: transport).kind == "success")
            if row.fault.name.contains("idle") { try await peer.wait(for: "closed") }
            // A call that follows at once can overtake the return of the connection, on a busy machine for long.
            try await Task.sleep(for: .milliseconds(250))
        }
        let (begunBefore, wholeBefore) = try counts(peer)
        let expected = row.fault.end(of: call, over: row.carrier)
        let start = ContinuousClock.now
        let end = await call.run(
            peer, over: transport, attemptTimeout: expected.kind == "timedOut" ? .milliseconds(500) : .seconds(20))
        let time = ContinuousClock.now - start
        // For a request that is sent behind the caller's back, by libcurl or by a task that goes on.
        try await Task.sleep(for: .milliseconds(50))
        let (begunAfter, wholeAfter) = try counts(peer)
        let (begun, whole) = (begunAfter - begunBefore, wholeAfter - wholeBefore)
        let row = "\(row.fault.name) | \(row.version.rawValue) | \(row.carrier.rawValue) | \(call)"
        let milliseconds = Int((time / .milliseconds(1)).rounded())
        print("tls | \(row) | \(end) | \(whole)\(begun > whole ? " of \(begun)" : "") | \(milliseconds) |")
        #expect(expected.matches(end), "\(row): \(end)")
        #expect(time < .seconds(15), "\(row)")
        if expected.kind == "timedOut" {
            // A busy machine may not come to send within so short a time.
            #expect(whole <= expected.requests, "\(row)")
        } else {
            #expect(whole == expected.requests, "\(row)")
        }
        if call == .create { #expect(whole <= 1, "\(row)") }
    }

    /// No body, and so over HTTP/2, where libcurl would send the request again: the stream is refused, or the
    /// connection dies.
    @Test(arguments: [
        "RST_STREAM REFUSED_STREAM", "RST_STREAM REFUSED_STREAM, once", "RST_STREAM HTTP_1_1_REQUIRED",
        "GOAWAY without the request", "GOAWAY without the request, once",
    ])
    func aDeleteOverHTTP2IsSentOnce(_ fault: String) async throws {
        let peer = try Peer.playing(fault, over: .http2, for: .create, over: .curl)
        let request = HTTPRequest(method: .delete, url: peer.url)
        let failure = await #expect(throws: NetworkFailure.self) { try await Carrier.curl.transport().send(request) }
        #expect(failure?.reason == .connectionLost)
        #expect(failure?.nothingWasSent == false)
        let requests = try peer.events("request")
        #expect(requests.map(\.protocol) == ["h2"])
    }

    @Test func everyPeerIsInTheTable() throws {
        // Those that other tests use.
        let others = ["versions", "headers whole", "options", "client certificate"]
        for (version, peers) in try Peer.all() {
            let rows = TLSFault.all.filter { $0.versions.map(\.rawValue).contains(version) }.map(\.name)
            #expect(peers.keys.filter { !others.contains($0) }.sorted() == rows.sorted())
        }
    }

    private func counts(_ peer: Peer) throws -> (begun: Int, whole: Int) {
        (try peer.events("request").count, try peer.events("whole request").count)
    }
}
