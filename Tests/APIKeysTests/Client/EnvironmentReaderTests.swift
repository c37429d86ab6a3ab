import APIKeys
import Foundation
import Testing

struct EnvironmentReaderTests {
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

    @Test(arguments: [
        (nil, "is not set"),
        ("", "is empty"),
        ("hush\n", "holds a line break"),
        (" hush", "begins or ends with white space"),
        ("húsh", "holds a character outside ASCII"),
    ])
    func aSecretThatCannotBeSentIsRefused(value: String?, reason: String) {
        #expect(
            problem(value) { reader throws(APIError) in _ = try reader.secret("NAME") }
                == "the environment variable NAME \(reason)")
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

    @Test(arguments: [nil, "", "123"])
    func aMalformedUUIDIsRefused(value: String?) {
        let reason = value == nil ? "is not set" : "is not a UUID"
        #expect(
            problem(value) { reader throws(APIError) in _ = try reader.uuid("NAME") }
                == "the environment variable NAME \(reason)")
    }

    @Test(arguments: ["", "http://example.com", "https://u:hush@example.com", "ftp://example.com", "hush"])
    func aBaseURLThatCannotCarryACredentialIsRefused(value: String) throws {
        let problem = problem(value) { reader throws(APIError) in
            _ = try reader.configuration(.init(), baseURL: "NAME")
        }
        #expect(problem?.hasPrefix("the environment variable NAME ") == true)
        #expect(problem?.contains("hush") == false)
    }
}
