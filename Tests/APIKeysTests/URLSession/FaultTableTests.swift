import Foundation
import TestSupport
import Testing

/// The README's table "What happens when" says what the tests of the faults hold true.
@Suite(.timeLimit(.minutes(5))) struct FaultTableTests {
    @Test func theReadmeHasTheTablesRows() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "| on the wire | create | read |"))
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
        #expect(Array(rows) == Fault.inReadme.map(\.row))
    }
}
