import APIKeys
import Foundation

/// A file that gets a JSON line per key, durable before the ledger says that the key is stored. The last line of an item
/// counts.
struct SecretFile {
    private struct Line: Codable {
        let id: String
        let keyID: String?
        let secret: Secret

        enum CodingKeys: String, CodingKey {
            case id, secret
            case keyID = "key_id"
        }
    }

    private struct NotSecrets: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) holds something else than secrets; it was not changed" }
    }

    private let file: DurableFile

    /// Opens a file, or creates it with mode 0600. A last line that a crash has torn is cut off.
    init(_ url: URL) throws {
        file = try DurableFile(url) { contents in
            let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() {
                guard (try? JSONDecoder().decode(Line.self, from: line)) != nil else {
                    throw NotSecrets(path: url.path)
                }
            }
            // What follows the last line's end is a torn line, if anything.
            guard let torn = lines.last, torn.isEmpty || torn.first == UInt8(ascii: "{") else {
                throw NotSecrets(path: url.path)
            }
            return contents.lengthOfLines
        }
    }

    func store(_ key: IssuedKey, for item: Item) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.revealsSecrets] = true
        let line = try encoder.encode(Line(id: item.id, keyID: key.id, secret: key.secret))
        try await file.append(line + [UInt8(ascii: "\n")])
    }
}
