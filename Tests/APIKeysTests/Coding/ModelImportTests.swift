import Foundation
import Testing

/// A file that says `Codable` and does not import APIKeys compiles, and its dates and UUIDs get Foundation's form on
/// the wire: the overloads that the compiler has to find are in `KeyedContainers.swift`.
@Suite(.timeLimit(.minutes(5))) struct ModelImportTests {
    private static let root =
        "/"
        + URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(4).joined(separator: "/")

    /// The Swift files of the providers' modules: those with a folder of models.
    private static func providerFiles() throws -> [String] {
        let sources = "\(root)/Sources"
        let modules = try FileManager.default.contentsOfDirectory(atPath: sources).filter {
            FileManager.default.fileExists(atPath: "\(sources)/\($0)/Models")
        }
        try #require(modules.count >= 4)
        return modules.flatMap { module in
            FileManager.default.enumerator(atPath: "\(sources)/\(module)")?.compactMap { $0 as? String }
                .filter { $0.hasSuffix(".swift") }.map { "\(sources)/\(module)/\($0)" } ?? []
        }
    }

    private static func lacksImport(_ text: String) -> Bool {
        let isCoded = ["Codable", "Decodable", "Encodable"].contains { text.contains($0) }
        let imports = ["import APIKeys", "public import APIKeys", "package import APIKeys"]
        return isCoded && !text.split(separator: "\n").contains { imports.contains(String($0)) }
    }

    @Test func everyFileWithCodableImportsAPIKeys() throws {
        let files = try Self.providerFiles()
        #expect(files.count > 25)
        let wrong = try files.filter { Self.lacksImport(try String(contentsOfFile: $0, encoding: .utf8)) }
        #expect(wrong == [])
    }

    @Test(arguments: [
        "public import Foundation\npublic struct Key: Codable { var createdAt: Date }",
        "// import APIKeys\nprivate struct Body: Encodable { let id: UUID }",
        "import APIKeysTesting\nprivate struct List: Decodable { let id: UUID }",
    ])
    func aFileThatForgetsItIsSeen(_ text: String) {
        #expect(Self.lacksImport(text))
        #expect(!Self.lacksImport("public import APIKeys\n" + text))
    }
}
