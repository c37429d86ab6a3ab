import APIKeys
import APIKeysTesting
import Testing

/// A value at a limit of its schema, or just beyond it. Client and server have to judge it alike.
struct Limit: Sendable, CustomTestStringConvertible {
    let value: String
    /// The type of the server's validation error; `nil` for a value within the limit.
    let problem: String?
    let testDescription: String

    /// The numbers of scalars around both limits, in scalars of one byte and of four, and in characters of several
    /// scalars.
    static func lengths(_ limits: ClosedRange<Int>) -> [Limit] {
        let counts = Set([limits.lowerBound - 1, limits.lowerBound, limits.upperBound, limits.upperBound + 1])
        return counts.filter { $0 >= 0 }.sorted().flatMap { count in
            ["a", "\u{1F511}", "e\u{301}", "\u{1F468}\u{200D}\u{1F469}"].map { pattern in
                let scalars = (0..<count).map { Array(pattern.unicodeScalars)[$0 % pattern.unicodeScalars.count] }
                var value = ""
                value.unicodeScalars.append(contentsOf: scalars)
                let problem =
                    count < limits.lowerBound
                    ? "string_too_short" : count > limits.upperBound ? "string_too_long" : nil
                return Limit(value: value, problem: problem, testDescription: "\(count) of \(pattern)")
            }
        }
    }

    /// Values of an enumeration, and some that are nearly one.
    static func choices(_ choices: [String], problem: String) -> [Limit] {
        let wrong = choices.flatMap { [$0.uppercased(), $0 + "\n", " " + $0, $0 + $0] } + ["", "mars"]
        return choices.map { Limit(value: $0, problem: nil, testDescription: $0) }
            + wrong.map { Limit(value: $0, problem: problem, testDescription: String(reflecting: $0)) }
    }

    /// Whether the server gave the value back, scalar by scalar.
    func isEchoed(_ text: String?) -> Bool {
        text?.unicodeScalars.elementsEqual(value.unicodeScalars) == true
    }

    /// Sends the value past the client and through it.
    ///
    /// - Parameters:
    ///   - field: The field of the body that holds the value, by its name on the wire.
    ///   - success: The status of a success.
    ///   - raw: Sends the body past the client.
    ///   - call: Makes the call with the value; returns whether the answer is as expected.
    /// - Throws: What either way of sending throws against expectation.
    func check(
        _ field: String,
        success: Int = 200,
        raw: (JSONValue) async throws -> HTTPResponse,
        call: (MockTransport) async throws(APIError) -> Bool
    ) async throws {
        let response = try await raw(.string(value))
        guard let problem else {
            #expect(response.status == success)
            let transport = Conformance.recorder()
            #expect(try await call(transport))
            #expect(transport.requests.count == 1)
            return
        }
        let entries = try Conformance.validation(response)
        #expect(entries.map(\.loc) == [["body", .field(field)]])
        #expect(entries.map(\.type) == [problem])
        #expect(entries.map(\.input) == [.string(value)])
        #expect(try await Conformance.refusal(call).hasPrefix("\(field) must "))
    }
}
