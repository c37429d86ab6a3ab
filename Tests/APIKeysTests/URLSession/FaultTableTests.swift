import Foundation
import TestSupport
import Testing

/// The tables of the documentation say what the tests of the faults hold true.
@Suite(.timeLimit(.minutes(5))) struct FaultTableTests {
    @Test(arguments: [
        ("README.md", Fault.inReadme), ("Sources/APIKeys/APIKeys.docc/Errors-and-outcomes.md", Fault.inArticle),
    ])
    func theRowsAreThoseOfTheFaults(path: String, faults: [Fault]) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let lines = try String(contentsOf: root.appending(path: path), encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "| on the wire | create | read |"))
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
        #expect(Array(rows) == faults.map(\.row))
        #expect(faults.count >= 5)
    }
}
