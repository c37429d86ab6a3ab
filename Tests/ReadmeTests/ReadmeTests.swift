import Foundation
import Testing

/// What the README names is there. `Tests/Docs/run` compiles its samples, runs them, and measures its length.
@Suite(.timeLimit(.minutes(5))) struct ReadmeTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    private let readme: String

    init() throws {
        readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    }

    /// Every call of a client stands in its provider's list of operations, which names no other.
    @Test func theOperationsAreThoseOfTheClients() throws {
        let start = try #require(readme.range(of: "## Operations\n"))
        let end = try #require(readme[start.upperBound...].range(of: "\n## "))
        let lists = readme[start.upperBound..<end.lowerBound].components(separatedBy: "\n- **").dropFirst()
        let published = try publishedCalls()
        #expect(lists.count == published.count && published.count >= 4)
        for list in lists {
            let module = try #require(list.firstMatch(of: /Sources\/(\w+)\//)?.1)
            let calls = list.matches(of: /`(\w+)`/).map { String($0.1) }
            #expect(Set(calls) == published[String(module)], "\(module)")
            #expect(Set(calls).count == calls.count, "\(module)")
        }
    }

    /// Every link into the repository has a file at its end, or a heading of the README.
    @Test func theLinksLeadSomewhere() throws {
        let links = readme.matches(of: /\]\(([^)]+)\)/).map { String($0.1) }.filter { !$0.hasPrefix("https://") }
        let headings = readme.matches(of: /\n#+ (.+)/).map {
            $0.1.lowercased().filter { $0.isLetter || $0 == " " || $0 == "-" }.replacing(" ", with: "-")
        }
        #expect(links.count >= 10)
        for link in links {
            let isThere =
                link.hasPrefix("#")
                ? headings.contains(String(link.dropFirst()))
                : FileManager.default.fileExists(atPath: root.appending(path: link).path)
            #expect(isThere, "\(link)")
        }
    }

    /// All samples have the same vault.
    @Test func thereIsOneVault() {
        let vaults = readme.components(separatedBy: "\n").filter { $0.contains("Vault") }
        #expect(vaults.count >= 6 && Set(vaults).count == 2, "\(Set(vaults))")
        #expect(!readme.contains("vault.store"))
    }

    /// The calls of all clients, by module.
    private func publishedCalls() throws -> [String: Set<String>] {
        let modules = try FileManager.default.contentsOfDirectory(
            at: root.appending(path: "Sources"), includingPropertiesForKeys: nil
        )
        .filter { $0.lastPathComponent.hasSuffix("Keys") && $0.lastPathComponent != "APIKeys" }
        var calls: [String: Set<String>] = [:]
        for module in modules {
            let files = try FileManager.default.contentsOfDirectory(at: module, includingPropertiesForKeys: nil)
                .filter { $0.lastPathComponent.contains("Client+") && !$0.lastPathComponent.contains("KeyRings") }
            for file in files {
                let text = try String(contentsOf: file, encoding: .utf8)
                for function in text.matches(of: /public func (\w+)/) {
                    calls[module.lastPathComponent, default: []].insert(String(function.1))
                }
            }
        }
        return calls
    }
}
