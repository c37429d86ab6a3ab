public import Foundation

/// A ledger in a file: JSON Lines, of which the first names the version and each further one is an entry.
///
/// Each entry is durable when ``append(_:)`` returns; entries that are appended at the same time are synced together. The
/// file has mode 0600, holds no secret, and is locked until ``close()`` or the end of the object: a second process gets
/// ``FileLedgerError``. A last line that a crash has torn is cut off when the file is opened.
public final class FileLedger: ProvisioningLedger {
    private static let header = Data(#"{"ledger":"swift-api-keys","version":1}"#.utf8) + [UInt8(ascii: "\n")]

    private struct Header: Decodable {
        let ledger: String
        let version: Int
    }

    private let file: DurableFile
    private let path: String

    /// Opens a ledger, or creates it.
    ///
    /// - Parameter url: The file. Its folder must exist.
    /// - Throws: ``FileLedgerError`` if the file is in use, is no ledger, has another version, or cannot be opened.
    public convenience init(_ url: URL) throws {
        try self.init(url, system: .init())
    }

    /// Opens a ledger on top of other system calls, for tests.
    package init(_ url: URL, system: DurableFile.System) throws {
        path = url.path(percentEncoded: false)
        do {
            var isEmpty = false
            file = try DurableFile(url, system: system) { contents in
                isEmpty = try Self.check(contents)
            }
            if isEmpty { try file.appendBlocking(Self.header) }
        } catch {
            throw FileLedgerError(error, path: url.path(percentEncoded: false))
        }
    }

    /// The open file, which holds the lock, so that a child process can inherit both.
    package var descriptor: Int32 { file.descriptor }

    /// Closes the file and gives up its lock. Entries cannot be read or appended then.
    public func close() {
        file.closeFile()
    }

    /// Every entry so far.
    ///
    /// - Returns: The entries, oldest first.
    /// - Throws: ``FileLedgerError``, also for a line that is no entry.
    public func entries() async throws -> [LedgerEntry] {
        do {
            let decoder = JSONDecoder()
            let lines = try await file.contents().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // The first line is the header, and nothing follows the last line's end.
            return try zip(lines.indices, lines).dropFirst().dropLast().map { index, line in
                do {
                    return try decoder.decode(LedgerEntry.self, from: line)
                } catch {
                    throw FileLedgerError.Reason.malformed(line: index + 1)
                }
            }
        } catch {
            throw FileLedgerError(error, path: path)
        }
    }

    /// Appends an entry. Returns when it is durable.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: ``FileLedgerError``. Nothing more can be appended then.
    public func append(_ entry: LedgerEntry) async throws {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try await file.append(try encoder.encode(entry) + [UInt8(ascii: "\n")])
        } catch {
            throw FileLedgerError(error, path: path)
        }
    }

    /// Whether the file has to get its header, which is all of a torn first line that may be cut off.
    private static func check(_ contents: Data) throws(FileLedgerError.Reason) -> Bool {
        guard let end = contents.firstIndex(of: UInt8(ascii: "\n")) else {
            guard header.starts(with: contents) else { throw .notALedger }
            return true
        }
        guard let found = try? JSONDecoder().decode(Header.self, from: contents[..<end]),
            found.ledger == "swift-api-keys"
        else { throw .notALedger }
        guard found.version == 1 else { throw .unknownVersion(found.version) }
        return false
    }
}

/// Why a ``FileLedger`` cannot be used.
public struct FileLedgerError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    /// What went wrong.
    public enum Reason: Error, Hashable, Sendable {
        /// Another process uses the file, or it is open twice in this one.
        case inUse
        /// The ledger was closed.
        case closed
        /// The file holds something else. It was not changed.
        case notALedger
        /// The file was written by another version of this package. It was not changed.
        case unknownVersion(Int)
        /// A line is no entry; lines are counted from 1.
        case malformed(line: Int)
        /// The system refused a call, such as `write` on a full disk: its name, and the `errno`.
        case system(call: String, code: Int32)
    }

    /// What went wrong.
    public var reason: Reason
    /// The file.
    public var path: String

    /// Creates an error, for use in tests.
    public init(_ reason: Reason, path: String) {
        self.reason = reason
        self.path = path
    }

    init(_ error: any Error, path: String) {
        switch error {
        case let error as FileLedgerError: self = error
        case let reason as Reason: self.init(reason, path: path)
        case DurableFile.Failure.locked: self.init(.inUse, path: path)
        case DurableFile.Failure.closed: self.init(.closed, path: path)
        case DurableFile.Failure.system(let call, let code): self.init(.system(call: call, code: code), path: path)
        default: self.init(.notALedger, path: path)
        }
    }

    /// One line: the file, and what is wrong with it.
    public var description: String {
        let text =
            switch reason {
            case .inUse: "is in use by another process"
            case .closed: "was closed"
            case .notALedger: "is not a ledger of swift-api-keys"
            case .unknownVersion(let version): "has version \(version), which is not known here"
            case .malformed(let line): "has a malformed line, number \(line)"
            case .system(let call, let code): "\(call) failed: \(String(cString: strerror(code)))"
            }
        return "ledger \(path): \(text)"
    }

    /// The same as ``description``.
    public var errorDescription: String? { description }
}
