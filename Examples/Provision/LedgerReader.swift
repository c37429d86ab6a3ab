import APIKeys
import Foundation

/// The ledger of a dry run: the file is read and nothing else, also while a run has it locked or where nothing can be
/// written.
struct LedgerReader: ProvisioningLedger {
    let url: URL

    func entries() async throws -> [LedgerEntry] {
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        guard let data = try? Data(contentsOf: url) else {
            throw Problem("the ledger \(url.relativePath) cannot be read; may you read it?")
        }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let header = lines.first,
            lines.count == 1 || header.starts(with: Data(#"{"ledger":"swift-api-keys""#.utf8))
        else { throw Problem("\(url.relativePath) is not a ledger of swift-api-keys; name another file") }
        // The first line is the header, and what follows the last line's end is torn.
        return try zip(1..., lines).dropFirst().dropLast().map { number, line in
            // What a crash leaves of a page that was not written is a run of zeros. An entry is flat; Foundation's
            // decoder does not survive a line that is very deep.
            let text = line.drop { $0 == 0 }
            let depth = text.filter { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }.count
            guard depth < 256, let entry = try? JSONDecoder().decode(LedgerEntry.self, from: text) else {
                throw Problem("the ledger \(url.relativePath) has a line that is no entry: line \(number)")
            }
            return entry
        }
    }

    func append(_ entry: LedgerEntry) async throws {
        throw Problem("a dry run changes nothing")
    }
}
