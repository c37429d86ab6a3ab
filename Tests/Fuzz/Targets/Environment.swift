@testable import APIKeys
import Foundation

extension Target {
    /// A variable of the environment: whatever is in it, what comes out can be sent, and no error shows it.
    static let environment = Target(name: "environment") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let reader = EnvironmentReader(provider: "P", ["V": text])
        func read<Value>(_ body: () throws(APIError) -> Value) -> Value? {
            do throws(APIError) {
                return try body()
            } catch {
                check(error, text)
                return nil
            }
        }
        if let secret = read({ () throws(APIError) in try reader.secret("V") })?.reveal() {
            expect(secret.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(secret.debugDescription) is a credential")
            expect(!"\"'`".contains(secret.first ?? "'") && !"\"'`".contains(secret.last ?? "'"), "\(secret) is quoted")
            let trimmed = text.unicodeScalars.drop { CharacterSet.whitespacesAndNewlines.contains($0) }
            let behind = trimmed.reversed().drop { CharacterSet.whitespacesAndNewlines.contains($0) }.reversed()
            expect(String(String.UnicodeScalarView(behind)) == secret, "\(text) is read as \(secret)")
        }
        if let id = read({ () throws(APIError) in try reader.uuid("V") }) {
            expect(text.lowercased().contains(id.wireValue), "\(text) is read as \(id)")
        }
        let configuration = read { () throws(APIError) in try reader.configuration(.init(), baseURL: "V") }
        if let url = configuration?.baseURL {
            let isFit = url.absoluteString.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            expect(isFit && ["https", "http"].contains(url.scheme?.lowercased()), "\(url) is a base URL")
        }
    }

    /// Says which variable it is, and nothing of what is in it.
    private static func check(_ error: APIError, _ text: String) {
        let printed = "\(error)"
        expect(printed.contains("variable V"), "\(printed) does not name the variable")
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let words = value.count < 12 ? nil : value
        expect(words.map { !ordinary.contains($0) && printed.contains($0) } != true, "\(printed) shows \(value)")
        expect(!printed.unicodeScalars.contains { $0.value < 0x20 }, "\(printed.debugDescription) has a line break")
    }

    /// All that such errors say by themselves.
    private static let ordinary: String = [
        "", "\"x\"", "a b", "\n\u{1}x", "http://a", "https://", "ä", "ftp://a", "https://a:b@c", "https://a?b",
        "https://a#b", "https://a:99999", "https://%61", "x",
    ].map { value in
        let reader = EnvironmentReader(provider: "P", ["V": value])
        func text(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        return text { _ = try reader.secret("V") } + text { _ = try reader.uuid("V") }
            + text { _ = try reader.configuration(.init(), baseURL: "V") }
    }.joined(separator: " ")
}
