public import Foundation

/// A ledger in a file of JSON Lines: the first line names the version, and each further line is an entry.
///
/// Each entry is durable when ``append(_:)`` returns; entries that are appended at the same time are synced together.
/// The file has mode 0600, holds no secret, and is locked until ``close()`` or until the object is deallocated:
/// meanwhile, a second process gets ``FileLedgerError/Reason/inUse``. When the file is opened, an incomplete last line,
/// which a crash may leave, is cut off. Zeros, which a crash may leave in place of pages that were not written, are
/// skipped.
///
/// The file has to stay where it is: if it is deleted, renamed or replaced, as many editors do when they save, nothing
/// more can be appended.
///
/// In a process, one run at a time works on an item: see ``claim(_:)``.
public final class FileLedger: ProvisioningLedger {
    private static let header = Data(#"{"ledger":"swift-api-keys","version":1}"#.utf8) + [UInt8(ascii: "\n")]

    private struct Header: Decodable {
        let ledger: String
        let version: Int
    }

    private struct Claims: Sendable {
        var held: Set<String> = []
        /// The items of which this object has appended entries: a run that has read the file before does not know them.
        var appended: Set<String> = []
        /// Every entry by its item, once somebody had to know.
        var index: [String: [LedgerEntry]]?
        /// Reads the file for the index: once, for all who have to know meanwhile.
        var reading: Task<[LedgerEntry], any Error>?
        /// What was appended since the reading began. It may have been read too, which does no harm.
        var appendedMeanwhile: [LedgerEntry] = []
    }

    /// `nil` for a ledger that is only read.
    private let file: DurableFile?
    /// What a ledger that is only read holds.
    private let snapshot: Data
    private let path: String
    private let claims = Locked(Claims())

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
            let file = try DurableFile(url, system: system) { contents in
                isEmpty = try Self.isEmpty(contents)
                return isEmpty ? 0 : contents.lengthOfLines
            }
            if isEmpty { try file.appendBlocking(Self.header) }
            (self.file, snapshot) = (file, Data())
        } catch {
            throw FileLedgerError(error, path: url.path(percentEncoded: false))
        }
    }

    /// Opens a ledger for reading, such as for ``Provisioning/plan(for:)``. Nothing is created, locked or changed, and
    /// nothing can be appended.
    ///
    /// The ledger holds the entries that the file has now. Another process may be using the file.
    ///
    /// - Parameter url: The file. One that does not exist holds no entries.
    /// - Throws: ``FileLedgerError`` if the file is no ledger, has another version, or cannot be read.
    public init(reading url: URL) throws {
        path = url.path(percentEncoded: false)
        file = nil
        do {
            let contents = try DurableFile.read(path) ?? Data()
            snapshot = try Self.isEmpty(contents) ? Data() : contents
        } catch {
            throw FileLedgerError(error, path: url.path(percentEncoded: false))
        }
    }

    // What has called `append` may be gone before the file's queue has let go of the file.
    deinit { close() }

    /// The open file's descriptor, 3 or more; -1 for a ledger that was opened for reading. It holds the lock: pass it
    /// to a child process that stores keys, so that the next run does not begin before the child has ended.
    public var fileDescriptor: Int32 { file?.descriptor ?? -1 }

    /// Closes the file and gives up its lock. After that, entries cannot be read or appended.
    public func close() {
        file?.closeFile()
    }

    /// Every entry so far.
    ///
    /// - Returns: The entries, oldest first.
    /// - Throws: ``FileLedgerError``, also for a line that is no entry.
    public func entries() async throws -> [LedgerEntry] {
        do {
            return try Self.entries(in: try await file?.contents() ?? snapshot)
        } catch {
            throw FileLedgerError(error, path: path)
        }
    }

    /// Appends an entry. Returns when it is durable.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: ``FileLedgerError``. After a failed write, nothing more can be appended.
    public func append(_ entry: LedgerEntry) async throws {
        do {
            guard let file else { throw FileLedgerError.Reason.readOnly }
            guard let line = try? JSON.body(entry) else { throw FileLedgerError.Reason.unusableEntry }
            try await file.append(line + [UInt8(ascii: "\n")])
        } catch {
            throw FileLedgerError(error, path: path)
        }
        claims.withLock { claims in
            claims.appended.insert(entry.item)
            claims.index?[entry.item, default: []].append(entry)
            if claims.reading != nil { claims.appendedMeanwhile.append(entry) }
        }
    }

    /// Claims an item for a run of this process, until it is released.
    ///
    /// - Parameter item: The item's ID.
    /// - Returns: ``LedgerClaim/held`` while another run of this process works on the item.
    /// - Throws: ``FileLedgerError`` if the file cannot be read.
    public func claim(_ item: String) async throws -> LedgerClaim {
        let (isFree, mustRead) = claims.withLock { claims in
            let isFree = claims.held.insert(item).inserted
            return (isFree, isFree && claims.appended.contains(item) && claims.index == nil)
        }
        guard isFree else { return .held }
        if mustRead {
            do {
                try await makeIndex()
            } catch {
                await release(item)
                throw error
            }
        }
        return claims.withLock { claims in
            .granted(claims.appended.contains(item) ? claims.index?[item] ?? [] : nil)
        }
    }

    /// Reads the file, unless somebody is doing so: many items are claimed at once.
    private func makeIndex() async throws {
        let reading = claims.withLock { claims in
            if let reading = claims.reading { return reading }
            let reading = Task { try await entries() }
            claims.reading = reading
            return reading
        }
        let result = await reading.result
        try claims.withLock { claims in
            // The first one who comes back makes the index; a reading that failed is tried again by the next claim.
            guard claims.reading == reading else { return }
            defer { (claims.reading, claims.appendedMeanwhile) = (nil, []) }
            claims.index = Dictionary(grouping: try result.get() + claims.appendedMeanwhile, by: \.item)
        }
        _ = try result.get()
    }

    /// Releases an item.
    ///
    /// - Parameter item: The item's ID.
    public func release(_ item: String) async {
        claims.withLock { _ = $0.held.remove(item) }
    }

    /// The entries of a file. Zeros are what a crash has left of pages that were not written: neither they nor the
    /// pieces of lines beside them were ever durable.
    static func entries(in contents: Data) throws(FileLedgerError.Reason) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        // An array is split several times as fast as Data.
        let lines = Array(contents).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Nothing follows the last line's end.
        for (index, line) in lines.dropLast().enumerated() {
            let pieces = line.split(separator: 0)
            let isDamaged = line.contains(0)
            for piece in pieces where index > 0 || isDamaged {
                if let entry = try? JSON.value(LedgerEntry.self, from: Data(piece)) {
                    entries.append(entry)
                } else if !isDamaged {
                    throw .malformed(line: index + 1)
                }
            }
            if pieces.isEmpty, !isDamaged, index > 0 { throw .malformed(line: index + 1) }
        }
        return entries
    }

    /// Whether the file has to get its header, which is all of a torn first line that may be cut off.
    private static func isEmpty(_ contents: Data) throws(FileLedgerError.Reason) -> Bool {
        let contents = contents.drop { $0 == 0 }
        guard let end = contents.firstIndex(of: UInt8(ascii: "\n")) else {
            let text = contents.prefix { $0 != 0 }
            guard header.starts(with: text), contents[text.endIndex...].allSatisfy({ $0 == 0 }) else {
                throw .notALedger
            }
            return true
        }
        guard let found = try? JSON.value(Header.self, from: Data(contents[..<end])),
            found.ledger == "swift-api-keys"
        else { throw .notALedger }
        guard found.version == 1 else { throw .unknownVersion(found.version) }
        return false
    }
}

/// Why a ``FileLedger`` cannot be used.
public struct FileLedgerError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Reason: Error, Hashable, Sendable {
        /// Another process uses the file, or it is open twice in this one.
        case inUse
        /// The ledger was closed.
        case closed
        /// The ledger was opened with ``FileLedger/init(reading:)``.
        case readOnly
        /// The file holds something else. It was not changed.
        case notALedger
        /// The path names a folder, a device or a pipe.
        case notAFile
        /// The file was written by another version of this package. It was not changed.
        case unknownVersion(Int)
        /// A line is no entry; lines are counted from 1.
        case malformed(line: Int)
        /// The entry's overlap or date has no form in JSON, such as an infinite one. Nothing was appended.
        case unusableEntry
        /// The file was deleted, renamed or replaced while it was in use. The last entries are not in the file that is
        /// there now.
        case replaced
        /// A system call failed, such as `write` on a full disk: its name and the `errno`.
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
        default: self.init(.notALedger, path: path)
        }
    }

    /// One line: the file, what is wrong with it, and what to do.
    public var description: String {
        let text =
            switch reason {
            case .inUse: "is in use by another process, or open twice in this one; wait until that has ended"
            case .closed: "was closed"
            case .readOnly: "was opened for reading only"
            case .notALedger: "is not a ledger of swift-api-keys, and was not changed; name another file"
            case .notAFile: "is not a regular file; name one"
            case .unknownVersion(let version):
                "has version \(version), which is not known here, and was not changed; use the version of swift-api-keys "
                    + "that wrote it, or a newer one"
            case .malformed(let line):
                "has a malformed line, number \(line), and was not changed; restore the file from a backup. If the line "
                    + "has to be removed, look at the provider for the keys of its item first"
            case .unusableEntry: "cannot hold the entry: its overlap or its date is out of range; nothing was appended"
            case .replaced:
                "was deleted, renamed or replaced while it was in use; put the file back that was there, or look at the "
                    + "provider for the keys that were created last"
            case .system("open", ENOENT): "cannot be created, since its folder does not exist; create the folder"
            case .system(let call, let code): "\(call) failed: \(String(cString: strerror(code)))"
            }
        return "ledger \(path): \(text)"
    }
}
