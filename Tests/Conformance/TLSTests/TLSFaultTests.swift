import Foundation
import JunctionKeys
import Testing

/// Every fault of the table, through the real transport.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TLSFaultTests {
    @Test(arguments: TLSFault.all.flatMap { fault in fault.versions.map { (fault, $0) } }, TeamKeyCall.allCases)
    func endsAsTheTableSays(_ row: (fault: TLSFault, version: HTTPVersion), _ call: TeamKeyCall) async throws {
        let peer = try Peer.playing(row.fault.name, over: row.version, for: call)
        if row.fault.isLate {
            #expect(await call.run(peer).kind == "success")
            if row.fault.name.contains("idle") { try await peer.wait(for: "closed") }
            // A call that follows at once can overtake the return of the connection.
            try await Task.sleep(for: .milliseconds(50))
        }
        let (begunBefore, wholeBefore) = try counts(peer)
        let expected = row.fault.end(of: call)
        let start = ContinuousClock.now
        let end = await call.run(
            peer, attemptTimeout: expected.kind == "timedOut" ? .milliseconds(250) : .seconds(20))
        let time = ContinuousClock.now - start
        // For a request that is sent behind the caller's back, by libcurl or by a task that goes on.
        try await Task.sleep(for: .milliseconds(50))
        let (begunAfter, wholeAfter) = try counts(peer)
        let (begun, whole) = (begunAfter - begunBefore, wholeAfter - wholeBefore)
        let row = "\(row.fault.name) | \(row.version.rawValue) | \(call)"
        let milliseconds = Int((time / .milliseconds(1)).rounded())
        print("tls | \(row) | \(end) | \(whole)\(begun > whole ? " of \(begun)" : "") | \(milliseconds) |")
        #expect(expected.matches(end), "\(row): \(end)")
        #expect(time < .seconds(5), "\(row)")
        if expected.kind == "timedOut" {
            // A busy machine may not come to send within so short a time.
            #expect(whole <= expected.requests, "\(row)")
        } else {
            #expect(whole == expected.requests, "\(row)")
        }
        if call == .create { #expect(whole <= 1, "\(row)") }
    }

    @Test func everyPeerIsInTheTable() throws {
        for (version, peers) in try Peer.all() {
            let rows = TLSFault.all.filter { $0.versions.map(\.rawValue).contains(version) }.map(\.name)
            #expect(peers.keys.sorted() == (rows + KnownTLSTrapTests.faults(over: version)).sorted())
        }
    }

    private func counts(_ peer: Peer) throws -> (begun: Int, whole: Int) {
        (try peer.events("request").count, try peer.events("whole request").count)
    }
}
