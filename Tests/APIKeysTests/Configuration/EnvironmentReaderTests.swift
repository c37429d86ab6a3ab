import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct EnvironmentReaderTests {
    private func problem(_ value: String?, _ read: (EnvironmentReader) throws(APIError) -> Void) -> String? {
        do throws(APIError) {
            try read(EnvironmentReader(provider: "Test", value.map { ["NAME": $0] } ?? [:]))
            return nil
        } catch {
            guard error.outcome == .notProcessed, case .invalidRequest(let reason) = error.kind else {
                return "\(error)"
            }
            return reason
        }
    }

    private static let quoted = "begins or ends with a quote; set it to the value alone"
    private static let schemed = "holds white space; set it to the credential alone, without a scheme such as Bearer"

    @Test(arguments: [
        (nil, "is not set"), ("", "is empty"), (" \r\n", "is empty"),
        ("hush\nhush", "holds a line break"), ("hush\u{0}", "holds a NUL character"),
        ("húsh", "holds a character outside ASCII"),
        (#""hush""#, quoted), ("'hush'", quoted), ("“hush”", quoted), (" 'hush' \n", quoted), (#""hush"#, quoted),
        ("hush'", quoted), (#""Bearer hush""#, quoted), (#"""#, quoted),
        ("Bearer hush", schemed), ("bearer\thush", schemed), ("Api-Key hush", schemed), ("Basic  hush", schemed),
        ("X-Management-Key: hush", schemed), ("Authorization: Bearer hush", schemed), ("hush hush", schemed),
    ])
    func aSecretThatCannotBeSentIsRefused(value: String?, reason: String) {
        #expect(
            problem(value) { reader throws(APIError) in _ = try reader.secret("NAME") }
                == "the environment variable NAME \(reason)")
    }

    @Test(arguments: ["hush", "hush\n", "hush\r\n", " \t\r\nhush\u{A0}\n\n", "\u{2003}hush"])
    func whiteSpaceAroundAValueIsTrimmed(value: String) throws {
        #expect(try EnvironmentReader(provider: "Test", ["NAME": value]).secret("NAME") == Secret("hush"))
        let id = UUID()
        let padded = value.replacing("hush", with: id.uuidString)
        #expect(try EnvironmentReader(provider: "Test", ["NAME": padded]).uuid("NAME") == id)
        let url = value.replacing("hush", with: "https://example.com/a")
        let reader = EnvironmentReader(provider: "Test", ["NAME": url])
        #expect(
            try reader.configuration(.init(), baseURL: "NAME").baseURL?.absoluteString == "https://example.com/a")
    }

    @Test(arguments: ["sk_live_1", "eyJ.a-b_c.d/e+f=", "a'b", "Bearer", "Bearer:x", "a\"b"])
    func aSecretOfAnotherShapeIsTakenAsItIs(value: String) throws {
        #expect(try EnvironmentReader(provider: "Test", ["NAME": value]).secret("NAME").reveal() == value)
    }

    @Test func whatIsThereIsRead() throws {
        let id = UUID()
        let reader = EnvironmentReader(
            provider: "Test", ["KEY": "hush", "ID": id.uuidString.lowercased(), "URL": "https://example.com/a"])
        #expect(try reader.secret("KEY") == Secret("hush"))
        #expect(try reader.secretIfPresent("OTHER") == nil)
        #expect(try reader.uuid("ID") == id)
        #expect(try reader.configuration(.init(), baseURL: "URL").baseURL == URL(string: "https://example.com/a"))
        #expect(try reader.configuration(.init(), baseURL: "OTHER").baseURL == nil)
    }

    @Test func theConfigurationsOwnBaseURLWins() throws {
        let reader = EnvironmentReader(provider: "Test", ["URL": "nonsense"])
        let configuration = ClientConfiguration(baseURL: URL(string: "https://example.com"))
        #expect(try reader.configuration(configuration, baseURL: "URL").baseURL == configuration.baseURL)
    }

    @Test(arguments: [(nil, "is not set"), ("", "is empty"), ("123", "is not a UUID"), ("'123'", quoted)])
    func aMalformedUUIDIsRefused(value: String?, reason: String) {
        #expect(
            problem(value) { reader throws(APIError) in _ = try reader.uuid("NAME") }
                == "the environment variable NAME \(reason)")
    }

    /// Foundation on Linux takes each of these for a UUID, and for another one than it says.
    @Test func aTextThatOnlyResemblesAUUIDIsRefused() {
        let id = "abcdef01-2345-4678-9abc-def012345678"
        for text in [
            "abcdef0x-2345-4678-9abc-def012345678", "0xabcdef-2345-4678-9abc-def012345678", " \(id.dropFirst())",
            "+1bcdef0-2345-4678-9abc-def012345678", "\(id)0", "\(id.dropLast())", "{\(id)}",
            "abcdef01\(id.dropFirst(9))",
            "ａbcdef01-2345-4678-9abc-def012345678", "abcdef01-2345-4678-9abc-def01234567 ",
        ] {
            #expect(
                problem(text) { reader throws(APIError) in _ = try reader.uuid("NAME") }
                    == "the environment variable NAME is not a UUID", "\(text)")
        }
    }

    @Test(arguments: ["127.0.0.1:8080", "[::1]:80", "http://[::1", "api.example.com", "localhost:80"])
    func aBaseURLWithoutASchemeSaysHowItBegins(_ value: String) throws {
        let problem = problem(value) { reader throws(APIError) in
            _ = try reader.configuration(.init(), baseURL: "NAME")
        }
        let end = "it must begin with https:// and a host, or with http:// and a loopback address"
        #expect(problem?.hasSuffix(end) == true, "\(problem ?? "")")
    }

    @Test(arguments: ["", "http://example.com", "https://u:hush@example.com", "ftp://example.com", "hush", "'hush'"])
    func aBaseURLThatCannotCarryACredentialIsRefused(value: String) throws {
        let problem = problem(value) { reader throws(APIError) in
            _ = try reader.configuration(.init(), baseURL: "NAME")
        }
        #expect(problem?.hasPrefix("the environment variable NAME ") == true)
        #expect(problem?.contains("hush") == false)
    }
}
