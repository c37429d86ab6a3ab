import APIKeys
import Testing

/// A request that no typed call sends, and what the server says is wrong with it.
struct InvalidRequest: Sendable, CustomTestStringConvertible {
    let line: String
    let body: [String: JSONValue]?
    let loc: [LocationElement]
    let type: String

    init(_ line: String, _ body: [String: JSONValue]? = nil, at loc: [LocationElement], _ type: String) {
        (self.line, self.body, self.loc, self.type) = (line, body, loc, type)
    }

    var testDescription: String { "\(line.prefix { $0 != "?" }), \(loc.path) \(type)" }

    /// Sends it. The 422 has to be readable, and to name the one problem.
    func check(_ headers: HTTPHeaders) async throws {
        let entries = try Conformance.validation(try await Conformance.send(line, headers, body))
        #expect(entries.map(\.loc) == [loc])
        #expect(entries.map(\.type) == [type])
        #expect(entries.allSatisfy { !$0.msg.isEmpty })
    }
}
