import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) final class FileLedgerTests {
    private let folder: URL
    private let url: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        url = folder.appending(path: "ledger.jsonl")
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func entry(_ item: String, _ state: LedgerEntry.State = .begun, keyID: String? = nil) throws -> LedgerEntry
    {
        let marker = try #require(KeyMarker("k7f3q9d2"))
        let date = Date(timeIntervalSince1970: 1_735_689_600.25)
        return LedgerEntry(item: item, place: "fake", marker: marker, state: state, keyID: keyID, at: date)
    }

    private func reason(_ body: () async throws -> Void) async -> FileLedgerError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? FileLedgerError)?.reason
        }
    }

    @Test func keepsItsEntries() async throws {
        let entries = [
            try entry("ä \"1\"\n"), try entry("2", .created, keyID: "a/b"), try entry("2", .stored, keyID: "a/b"),
        ]
        do {
            let ledger = try FileLedger(url)
            #expect(try await ledger.entries() == [])
            for entry in entries { try await ledger.append(entry) }
            #expect(try await ledger.entries() == entries)
        }
        let reopened = try FileLedger(url)
        #expect(try await reopened.entries() == entries)
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.hasPrefix("{\"ledger\":\"swift-api-keys\",\"version\":1}\n{"))
        #expect(
            text.contains(
                #"{"at":"2025-01-01T00:00:00.25Z","item":"2","keyID":"a/b","marker":"k7f3q9d2","place":"fake","state":"created"}"#
            ))
        let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func isLockedUntilItIsClosed() async throws {
        let ledger = try FileLedger(url)
        #expect(fcntl(ledger.fileDescriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(await reason { _ = try FileLedger(url) } == .inUse)
        ledger.close()
        ledger.close()
        let entry = try entry("1")
        #expect(await reason { try await ledger.append(entry) } == .closed)
        #expect(await reason { _ = try await ledger.entries() } == .closed)
        var next: FileLedger? = try FileLedger(url)
        #expect(await reason { _ = try FileLedger(url) } == .inUse)
        #expect(next != nil)
        next = nil
        _ = try FileLedger(url)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func whatJSONCannotHoldIsRefused(_ number: Double) async throws {
        let ledger = try FileLedger(url)
        var endless = try entry("1")
        endless.overlap = number
        let timeless = LedgerEntry(
            item: "1", place: "fake", marker: endless.marker, state: .begun, at: Date(timeIntervalSince1970: number))
        for entry in [endless, timeless] {
            #expect(await reason { try await ledger.append(entry) } == .unusableEntry)
        }
        try await ledger.append(entry("2"))
        #expect(try await ledger.entries().map(\.item) == ["2"])
    }

    /// A crash may leave any beginning of a line: it is cut off, and what follows is a line of its own.
    @Test func aTornLastLineIsCutOffAtEveryByte() async throws {
        let (first, second, third) = (try entry("1"), try entry("2"), try entry("3"))
        let whole: Data
        do {
            let ledger = try FileLedger(url)
            try await ledger.append(first)
            try await ledger.append(second)
            whole = try Data(contentsOf: url)
        }
        let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: url)
            let ledger = try FileLedger(url)
            let kept = ends.filter { $0 <= length }.count - 1
            #expect(try await ledger.entries() == Array([first, second].prefix(max(kept, 0))))
            try await ledger.append(third)
            #expect(try await ledger.entries() == Array([first, second].prefix(max(kept, 0))) + [third])
        }
    }

    @Test(
        arguments: [
            ("", nil), ("{\"led", nil), ("x", .notALedger), ("x\n", .notALedger), ("{}\n", .notALedger),
            ("{\"ledger\":\"other\",\"version\":1}\n", .notALedger),
            ("{\"ledger\":\"swift-api-keys\",\"version\":2}\n{", .unknownVersion(2)),
        ] as [(String, FileLedgerError.Reason?)])
    func anotherFileIsLeftAlone(_ text: String, _ expected: FileLedgerError.Reason?) async throws {
        try Data(text.utf8).write(to: url)
        if let expected {
            #expect(await reason { _ = try FileLedger(url) } == expected)
            #expect(try String(contentsOf: url, encoding: .utf8) == text)
        } else {
            #expect(try await FileLedger(url).entries() == [])
        }
    }

    @Test func aMalformedLineIsNamed() async throws {
        do { try await FileLedger(url).append(try entry("1")) }
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"item\":\"2\"}\n".utf8))
        try handle.close()
        let ledger = try FileLedger(url)
        #expect(await reason { _ = try await ledger.entries() } == .malformed(line: 3))
        let error = await #expect(throws: FileLedgerError.self) { _ = try await ledger.entries() }
        let text = "\(try #require(error))"
        #expect(
            text.hasPrefix("ledger \(url.path): has a malformed line, number 3, and was not changed; restore the file"))
    }

    @Test func aMissingFolderIsNamed() async throws {
        let url = folder.appending(path: "none/ledger")
        #expect(await reason { _ = try FileLedger(url) } == .system(call: "open", code: ENOENT))
    }

    /// The disk is full after so many bytes of an entry: nothing of it is left, and nothing more is appended.
    @Test(arguments: [0, 1, 50])
    func aPartialAppendIsCutBack(_ bytes: Int) async throws {
        let isFull = Locked(false)
        let rest = Locked(bytes)
        var system = DurableFile.System()
        system.write = { descriptor, buffer in
            guard isFull.withLock({ $0 }) else { return write(descriptor, buffer.baseAddress, buffer.count) }
            let count = rest.withLock { rest in
                defer { rest = 0 }
                return rest
            }
            if count > 0 { return write(descriptor, buffer.baseAddress, count) }
            errno = ENOSPC
            return -1
        }
        let ledger = try FileLedger(url, system: system)
        try await ledger.append(try entry("1"))
        let before = try Data(contentsOf: url)
        isFull.withLock { $0 = true }
        let second = try entry("2")
        #expect(await reason { try await ledger.append(second) } == .system(call: "write", code: ENOSPC))
        #expect(try Data(contentsOf: url) == before)
        isFull.withLock { $0 = false }
        #expect(await reason { try await ledger.append(second) } == .system(call: "write", code: ENOSPC))
        #expect(try Data(contentsOf: url) == before)
        #expect(try await ledger.entries().count == 1)
    }

    @Test func afterAFailedSyncNothingIsAppended() async throws {
        let fails = Locked(false)
        var system = DurableFile.System()
        system.sync = { descriptor in
            guard fails.withLock({ $0 }) else { return fsync(descriptor) }
            errno = EIO
            return -1
        }
        let ledger = try FileLedger(url, system: system)
        fails.withLock { $0 = true }
        let first = try entry("1")
        #expect(await reason { try await ledger.append(first) } == .system(call: "fsync", code: EIO))
        fails.withLock { $0 = false }
        #expect(await reason { try await ledger.append(first) } == .system(call: "fsync", code: EIO))
    }

    @Test func theFolderAndEachEntryAreSynced() async throws {
        let synced = Locked<[Bool]>([])
        var system = DurableFile.System()
        system.sync = { descriptor in
            var status = stat()
            fstat(descriptor, &status)
            synced.withLock { $0.append(status.st_mode & S_IFMT == S_IFDIR) }
            return fsync(descriptor)
        }
        let ledger = try FileLedger(url, system: system)
        #expect(synced.withLock { $0 } == [true, false])
        try await ledger.append(try entry("1"))
        try await ledger.append(try entry("2"))
        #expect(synced.withLock { $0 } == [true, false, false, false])
    }

    /// Many tasks wait for one `fsync`, and none returns before it.
    @Test func entriesAtTheSameTimeAreSyncedTogether() async throws {
        let syncs = Locked(0)
        var system = DurableFile.System()
        system.sync = { descriptor in
            syncs.withLock { $0 += 1 }
            usleep(1000)
            return fsync(descriptor)
        }
        let ledger = try FileLedger(url, system: system)
        let template = try entry("")
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<500 {
                group.addTask {
                    var entry = template
                    entry.item = "\(index)"
                    await #expect(throws: Never.self) { try await ledger.append(entry) }
                }
            }
        }
        #expect(Set(try await ledger.entries().map(\.item)) == Set((0..<500).map(String.init)))
        #expect(syncs.withLock { $0 } < 400)
    }
}
