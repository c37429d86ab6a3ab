import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct ReadmeTests {
    private let readme: String
    private let samples: String
    private let guide: String

    init() throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        readme = try String(contentsOf: here.appending(path: "../../README.md"), encoding: .utf8)
        samples = try ["ReadmeSamples.swift", "ReadmeLifecycleSamples.swift", "ReadmeTestingSamples.swift"]
            .map { try String(contentsOf: here.appending(path: $0), encoding: .utf8) }.joined(separator: "\n")
        guide = try String(
            contentsOf: here.appending(path: "../../Sources/APIKeysSandbox/APIKeysSandbox.docc/APIKeysSandbox.md"),
            encoding: .utf8)
    }

    /// Every line of a Swift block stands among the samples, which compile.
    @Test func theBlocksCompile() {
        let blocks = [readme, guide].flatMap { $0.components(separatedBy: "```").enumerated() }
            .filter { $0.offset % 2 == 1 && $0.element.hasPrefix("swift\n") }
            .map { $0.element.dropFirst("swift\n".count) }
        let lines = blocks.flatMap { $0.split(separator: "\n") }.map { $0.trimmingCharacters(in: .whitespaces) }
        let known = Set(samples.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        #expect(lines.count > 20)
        for line in lines where ![".package(", ".product("].contains(where: line.hasPrefix) {
            #expect(known.contains(line), "not among the samples: \(line)")
        }
    }

    /// Every call of a client stands in the table of operations, and every call of the table among the samples.
    @Test func theCallsCompile() throws {
        let calls = readme.components(separatedBy: "\n").filter { $0.hasPrefix("| `") && $0.contains("try await ") }
            .compactMap { $0.split(separator: "`").dropFirst().first }
            .map { $0.hasSuffix(" {}") ? $0.dropLast(" {}".count) : $0 }
        for call in calls {
            #expect(samples.contains(call), "not among the samples: \(call)")
        }
        let published = try publishedCalls()
        #expect(published.count >= 20)
        for call in published {
            #expect(calls.contains { $0.contains(" \(call)(") }, "not in the table: \(call)")
        }
    }

    /// The calls of all clients, as a program writes them: `nekuda.apiKeys`.
    private func publishedCalls() throws -> Set<String> {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        let modules = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix("Keys") && $0.lastPathComponent != "APIKeys" }
        var calls: Set<String> = []
        for module in modules {
            let files = try FileManager.default.contentsOfDirectory(at: module, includingPropertiesForKeys: nil)
                .filter { $0.lastPathComponent.contains("Client+") && !$0.lastPathComponent.contains("KeyRings") }
            let client = module.lastPathComponent.dropLast("Keys".count).lowercased()
            for file in files {
                let text = try String(contentsOf: file, encoding: .utf8)
                for function in text.matches(of: /public func (\w+)/) { calls.insert("\(client).\(function.1)") }
            }
        }
        return calls
    }
}
