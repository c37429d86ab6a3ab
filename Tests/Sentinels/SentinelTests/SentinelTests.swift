import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// Drives every public API with credentials and secrets that are known, and looks for them in everything that can be
/// printed of what comes back. What needs programs is in `Tests/Sentinels/run`.
@Suite(.timeLimit(.minutes(10))) struct SentinelTests {
    /// One tour for all tests.
    private static let tour = Task {
        let gallery = Gallery()
        try await gallery.showValues()
        try await gallery.showClients()
        await gallery.showCalls()
        await gallery.showRefusals()
        try await gallery.showTransports()
        try await gallery.showLifecycle()
        return gallery
    }

    @Test func nothingPrintsASentinel() async throws {
        let gallery = try await Self.tour.value
        #expect(gallery.count > 10_000)
        let leaks = gallery.leaks
        #expect(leaks.isEmpty, "\(leaks.count) leaks:\n\(leaks.prefix(20).joined(separator: "\n"))")
    }

    @Test func everyPublicTypeAndCallIsShown() async throws {
        let gallery = try await Self.tour.value
        let names = try PublicInterface.names()
        // What is made of a library of the system exists only where the library is.
        let optional = ["APIKeysCurl.CurlTransport", "APIKeysPostgres.PostgresLedger"]
        let missing = names.filter { !gallery.types.contains($0) && !gallery.calls.contains($0) }
        #expect(names.count > 100)
        #expect(missing.filter { !optional.contains($0) } == [])
        #expect(missing.contains(optional[0]) == (CurlTransport.libraryVersion == nil))
    }

    /// The search itself finds each disguise: what it does not find proves nothing otherwise.
    @Test func theSearchFindsEveryDisguise() {
        for sentinel in Sentinel.all {
            let search = SentinelSearch([sentinel])
            for disguise in sentinel.disguises {
                #expect(!search.findings(in: "a \(disguise)b").isEmpty, "\(disguise)")
            }
            #expect(search.findings(in: "Secret(redacted)").isEmpty)
        }
    }

    /// Each line of the threat model ends in the tests that hold it.
    @Test func everyTestThatTheThreatModelNamesExists() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let model = try String(contentsOf: root.appending(path: ".github/SECURITY.md"), encoding: .utf8)
        let lines = model.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        let names = lines.compactMap { $0.split(separator: "|").last }
            .map { $0.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) } }
        #expect(lines.count >= 15 && names.allSatisfy { !$0.isEmpty })
        let tests = root.appending(path: "Tests")
        let files = FileManager.default.enumerator(atPath: tests.path)?.compactMap { $0 as? String } ?? []
        let sources = try files.filter { $0.hasSuffix("Tests.swift") }.map {
            (file: $0, text: try String(contentsOf: tests.appending(path: $0), encoding: .utf8))
        }
        for name in names.joined() {
            if name.hasPrefix("Tests/") {
                #expect(FileManager.default.isExecutableFile(atPath: root.appending(path: name).path), "\(name)")
                continue
            }
            let parts = name.split(separator: ".")
            let suite = parts.count > 1 ? "/\(parts[0]).swift" : ""
            let isThere = sources.contains {
                $0.file.hasSuffix(suite) && $0.text.contains("func \(parts[parts.count - 1])(")
            }
            #expect(isThere, "\(name)")
        }
    }
}
