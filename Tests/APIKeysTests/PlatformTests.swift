import Foundation
import Testing

/// What a compiler would say that is not at hand: each check reads the sources.
@Suite(.timeLimit(.minutes(5))) struct PlatformTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources").resolvingSymlinksInPath()

    /// The lines of code, without comments and the insides of texts.
    private static let lines: [(place: String, code: String)] = {
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        return (files ?? []).filter { $0.pathExtension == "swift" }.flatMap { file in
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
                let code = line.replacing(#/"(\\.|[^"\\])*"/#, with: "\"\"").prefix(upTo: "//")
                return ("\(file.path.dropFirst(sources.path.count + 1)):\(number + 1)", code)
            }
        }
    }()

    /// Whether a number does not fit an `Int` of 32 bits, which watchOS has on `arm64_32`, and nothing on its line says
    /// that it is none: the seconds of a `Duration` are an `Int64`, and what wraps around is a `UInt64` here.
    private static func isTooLarge(_ code: String) -> Bool {
        if ["Int64", "Double", ".seconds(", "&*", "&+="].contains(where: code.contains) { return false }
        return code.matches(of: #/\b(0x[0-9A-Fa-f_]+|[0-9][0-9_]*)\b/#).contains { match in
            let digits = match.1.filter { $0 != "_" }
            let number = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
            return number.map { $0 > Int32.max } ?? true
        }
    }

    @Test func noNumberNeedsAnIntOf64Bits() {
        #expect(Self.lines.count > 5000)
        // That of the sandbox is not for a watch.
        let found = Self.lines.filter { !$0.place.hasPrefix("APIKeysSandbox/") && Self.isTooLarge($0.code) }
        #expect(found.map { "\($0.place): \($0.code)" } == [])
    }

    @Test(arguments: [
        ("let limit = 2_147_483_648", true), ("let limit = 2_147_483_647", false),
        ("let limit: Int64 = 9_999_999_999", false),
        ("let mask = 0x1_0000_0000", true), ("x.y10000000000", false), ("Duration.seconds(3_155_760_000)", false),
    ])
    func theCheckFindsThem(_ code: String, _ isTooLarge: Bool) {
        #expect(Self.isTooLarge(code) == isTooLarge)
    }

    /// Some compilers before 6.2.3 know the attribute, and refuse it.
    @Test func theAttributeThatIsGatedIsAskedForWithTheCompiler() {
        let found = Self.lines.filter { $0.code.contains("hasAttribute(nonexhaustive)") }
        #expect(found.count == 4)
        #expect(found.allSatisfy { $0.code.contains("compiler(>=6.2.3) && hasAttribute(nonexhaustive)") })
    }
}

extension StringProtocol {
    /// The text up to where another one begins.
    fileprivate func prefix(upTo end: String) -> String {
        String(range(of: end).map { self[..<$0.lowerBound] } ?? self[...])
    }
}
