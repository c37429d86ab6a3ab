import APIKeys
import Foundation
import Testing

/// The folder with the changes to judge.
private let folder = ProcessInfo.processInfo.environment["CONFORMANCE_MODELS"].map { URL(fileURLWithPath: $0) }

/// What a provider's module knows of the provider's document.
protocol Fixture: Sendable {
    /// The models by schema.
    static var models: [String: any (Codable & Sendable).Type] { get }
    /// The values of enumerations, by schema.
    static var enumerations: [String: [String]] { get }
}

extension Fixture {
    static var enumerations: [String: [String]] { [:] }
}

/// The models of all providers against the schemas of `openapi`: `test_models.py` says what has to be read and what
/// not.
@Suite(.enabled(if: folder != nil), .timeLimit(.minutes(5))) struct ModelTests {
    private static let fixtures: [String: any Fixture.Type] = [
        "junction": JunctionFixture.self, "baseten": BasetenFixture.self, "imtegrate": ImtegrateFixture.self,
        "nekuda": NekudaFixture.self,
    ]

    private struct Cases: Decodable {
        struct Case: Decodable {
            let provider: String
            let schema: String
            let change: String
            let json: String
            let isAccepted: Bool
        }

        let cases: [Case]
        let enumerations: [String: [String: [String]]]
    }

    private static func cases() throws -> Cases {
        let file = try #require(folder).appendingPathComponent("cases.json")
        return try JSONDecoder().decode(Cases.self, from: Data(contentsOf: file))
    }

    @Test func everyChangeIsJudgedAsTheSchemaJudgesIt() throws {
        let cases = try Self.cases().cases
        let schemas = Dictionary(grouping: cases, by: \.provider).mapValues { Set($0.map(\.schema)) }
        #expect(schemas == Self.fixtures.mapValues { Set($0.models.keys) })
        for test in cases {
            let model = try #require(Self.fixtures[test.provider]?.models[test.schema])
            let isAccepted = (try? JSONDecoder().decode(model, from: Data(test.json.utf8))) != nil
            #expect(isAccepted == test.isAccepted, "\(test.provider) \(test.schema): \(test.change)")
        }
    }

    @Test func whatIsReadIsWritten() throws {
        let examples = try Self.cases().cases.filter { $0.change.hasPrefix("example") }
        let encoder = JSONEncoder()
        encoder.userInfo[.revealsSecrets] = true
        let written = try examples.map { example in
            let model = try #require(Self.fixtures[example.provider]?.models[example.schema])
            let value: any Encodable = try JSONDecoder().decode(model, from: Data(example.json.utf8))
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        try JSONEncoder().encode(written).write(to: try #require(folder).appendingPathComponent("written.json"))
    }

    @Test func everyValueOfAnEnumerationIsKnown() throws {
        #expect(
            try Self.cases().enumerations.mapValues { $0.mapValues(Set.init) }
                == Self.fixtures.mapValues { $0.enumerations.mapValues(Set.init) })
    }
}
