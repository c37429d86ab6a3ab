import Foundation
import Testing

@testable import APIKeys

/// What a path, a file and a file system may do to a ledger.
@Suite(.timeLimit(.minutes(5))) final class FileLedgerPathTests {
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

    private func entry(_ item: String) -> LedgerEntry {
        LedgerEntry(item: item, place: "fake", marker: .random(), state: .begun)
    }

    private func reason(_ body: () async throws -> Void) async -> FileLedgerError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? FileLedgerError)?.reason
        }
    }

    private func mode(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }

    // MARK: - The file under the path

    @Test(arguments: ["deleted", "renamed", "replaced", "replaced by a folder", "replaced by a link"])
    func aFileThatIsNoLongerThereTakesNoMoreEntries(_ change: String) async throws {
        let ledger = try FileLedger(url)
        try await ledger.append(entry("1"))
        let other = folder.appending(path: "other")
        switch change {
        case "deleted": try FileManager.default.removeItem(at: url)
        case "renamed": try FileManager.default.moveItem(at: url, to: other)
        case "replaced":
            try FileManager.default.copyItem(at: url, to: other)
            #expect(rename(other.path, url.path) == 0)
        case "replaced by a folder":
            try FileManager.default.removeItem(at: url)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        default:
            try FileManager.default.moveItem(at: url, to: other)
            try FileManager.default.createSymbolicLink(
                at: url, withDestinationURL: folder.appending(path: "nothing"))
        }
        #expect(await reason { try await ledger.append(entry("2")) } == .replaced)
        #expect(await reason { try await ledger.append(entry("3")) } == .replaced)
    }

    /// A symbolic link to the same file is the same file.
    @Test func aLinkToTheFileIsTheFile() async throws {
        let real = folder.appending(path: "real")
        try FileManager.default.createDirectory(at: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            at: url, withDestinationURL: real.appending(path: "ledger.jsonl"))
        let synced = Locked<Set<UInt64>>([])
        var system = DurableFile.System()
        system.sync = { descriptor in
            var status = stat()
            fstat(descriptor, &status)
            synced.withLock { _ = $0.insert(UInt64(status.st_ino)) }
            return fsync(descriptor)
        }
        let ledger = try FileLedger(url, system: system)
        try await ledger.append(entry("1"))
        // The folder that the file is in, and not the link's.
        var status = stat()
        #expect(stat(real.path, &status) == 0)
        #expect(synced.withLock { $0.contains(UInt64(status.st_ino)) })
        #expect(stat(folder.path, &status) == 0)
        #expect(!synced.withLock { $0.contains(UInt64(status.st_ino)) })
    }

    @Test(arguments: [0o666, 0o644, 0o640, 0o606, 0o400, 0o777])
    func othersMayNotReadTheFile(_ mode: Int) async throws {
        do { try await FileLedger(url).append(entry("1")) }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        guard getuid() == 0 || mode & 0o600 == 0o600 else { return }
        _ = try FileLedger(url)
        #expect(try self.mode(url) == 0o600)
    }

    /// An append returns before the queue has let go of the file.
    @Test func theEndOfTheObjectGivesUpTheLock() async throws {
        for number in 1...100 { try await FileLedger(url).append(entry("\(number)")) }
        #expect(try await FileLedger(url).entries().count == 100)
    }

    @Test func whatIsNoLedgerKeepsItsMode() async throws {
        try Data("id,label\n".utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        #expect(await reason { _ = try FileLedger(url) } == .notALedger)
        #expect(try mode(url) == 0o644)
    }

    @Test func onlyARegularFileIsALedger() async throws {
        let pipe = folder.appending(path: "pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        for path in ["/dev/full", "/dev/zero", "/dev/null", pipe.path] {
            #expect(await reason { _ = try FileLedger(URL(filePath: path)) } == .notAFile, "\(path)")
            #expect(await reason { _ = try FileLedger(reading: URL(filePath: path)) } == .notAFile, "\(path)")
        }
        #expect(await reason { _ = try FileLedger(folder) } == .system(call: "open", code: EISDIR))
    }

    /// Some file systems (FUSE, 9p) cannot sync a folder. A file that cannot be synced is no ledger.
    @Test(arguments: [EINVAL, ENOTSUP, EIO])
    func aFolderThatCannotBeSyncedIsTolerated(_ code: Int32) async throws {
        for failsForFolders in [true, false] {
            var system = DurableFile.System()
            system.sync = { descriptor in
                var status = stat()
                fstat(descriptor, &status)
                guard (status.st_mode & S_IFMT == S_IFDIR) == failsForFolders else { return fsync(descriptor) }
                errno = code
                return -1
            }
            let found = await reason { _ = try FileLedger(url, system: system) }
            #expect(found == (failsForFolders && code != EIO ? nil : .system(call: "fsync", code: code)))
            try FileManager.default.removeItem(at: url)
        }
    }

    #if compiler(>=6.2) && os(Linux)
        /// In a process without standard output, what is printed must not end up in the ledger.
        @Test func theDescriptorIsNoneOfTheFirstThree() async {
            await #expect(processExitsWith: .success) {
                let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
                for descriptor in [Int32(0), 1, 2] { close(descriptor) }
                let ledger = try FileLedger(url)
                let isApart = ledger.fileDescriptor > 2 && fcntl(ledger.fileDescriptor, F_GETFD) & FD_CLOEXEC != 0
                ledger.close()
                try FileManager.default.removeItem(at: url)
                exit(isApart ? EXIT_SUCCESS : EXIT_FAILURE)
            }
        }
    #endif

    // MARK: - What a crash leaves

    private func write(_ pieces: [Data]) throws { try pieces.reduce(Data(), +).write(to: url) }

    private func line(_ item: String) throws -> Data { try JSONEncoder().encode(entry(item)) + [10] }

    private var header: Data { Data(#"{"ledger":"swift-api-keys","version":1}"#.utf8) + [10] }

    /// Pages that were written out of order: zeros, and whole lines behind them.
    @Test(arguments: [1, 7, 4096])
    func zerosAreSkippedAndWhatStandsBehindThemCounts(_ count: Int) async throws {
        let zeros = Data(count: count)
        let half = try line("torn").prefix(20)
        let rest = try line("torn").suffix(20)
        for (pieces, items) in [
            ([header, try line("1"), zeros, try line("2"), try line("3")], ["1", "2", "3"]),
            ([header, zeros, try line("2")], ["2"]),
            ([header, try line("1"), half, zeros, rest, try line("2")], ["1", "2"]),
            ([header, try line("1"), zeros], ["1"]),
            ([header, try line("1"), zeros, half], ["1"]),
            ([header, zeros, try line("1"), zeros, try line("2"), zeros], ["1", "2"]),
            ([zeros, header, try line("1")], ["1"]),
        ] {
            try write(pieces)
            #expect(try await FileLedger(reading: url).entries().map(\.item) == items)
            let ledger = try FileLedger(url)
            try await ledger.append(entry("last"))
            #expect(try await ledger.entries().map(\.item) == items + ["last"])
            ledger.close()
        }
    }

    /// A crash at its creation leaves zeros, or a part of the first line.
    @Test(arguments: [Data(count: 5), Data(count: 4096), Data(#"{"led"#.utf8), Data(#"{"led"#.utf8) + Data(count: 9)])
    func aLedgerThatWasNeverWrittenIsNew(_ contents: Data) async throws {
        try contents.write(to: url)
        let ledger = try FileLedger(url)
        #expect(try await ledger.entries() == [])
        try await ledger.append(entry("1"))
        #expect(try Data(contentsOf: url).starts(with: header))
        #expect(try await ledger.entries().map(\.item) == ["1"])
    }

    @Test(arguments: ["{}", "[]", "x", "", String(repeating: "[", count: 600)])
    func otherDamageIsRefusedWithItsLine(_ damage: String) async throws {
        try write([header, try line("1"), Data(damage.utf8), Data([10]), try line("2")])
        let ledger = try FileLedger(url)
        let error = await #expect(throws: FileLedgerError.self) { _ = try await ledger.entries() }
        #expect(error?.reason == .malformed(line: 3))
        #expect("\(try #require(error))".contains("restore the file from a backup"))
    }

    // MARK: - Reading only

    @Test func aLedgerThatIsReadIsNotChanged() async throws {
        #expect(try await FileLedger(reading: url).entries() == [])
        #expect(!FileManager.default.fileExists(atPath: url.path))
        let torn = [header, try line("1"), Data(#"{"item"#.utf8)].reduce(Data(), +)
        try torn.write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: url.path)
        let ledger = try FileLedger(reading: url)
        #expect(try await ledger.entries().map(\.item) == ["1"])
        #expect(await reason { try await ledger.append(entry("2")) } == .readOnly)
        #expect(try Data(contentsOf: url) == torn)
        #expect(try mode(url) == 0o444)
    }

    @Test func aLedgerInUseCanBeRead() async throws {
        let ledger = try FileLedger(url)
        try await ledger.append(entry("1"))
        #expect(try await FileLedger(reading: url).entries().map(\.item) == ["1"])
    }

    // MARK: - Claims

    @Test func anItemIsHeldByOneRun() async throws {
        let ledger = try FileLedger(url)
        func isGranted(_ item: String) async throws -> Bool {
            if case .granted = try await ledger.claim(item) { true } else { false }
        }
        #expect(try await isGranted("1"))
        #expect(try await !isGranted("1"))
        #expect(try await isGranted("2"))
        await ledger.release("1")
        #expect(try await isGranted("1"))
    }

    /// What was appended since the run has read the file comes with the claim.
    @Test func aClaimBringsWhatWasAppended() async throws {
        do { try await FileLedger(url).append(entry("1")) }
        let ledger = try FileLedger(url)
        guard case .granted(nil) = try await ledger.claim("1") else {
            Issue.record("nothing was appended")
            return
        }
        try await ledger.append(entry("1"))
        await ledger.release("1")
        guard case .granted(let entries?) = try await ledger.claim("1") else {
            Issue.record("no entries")
            return
        }
        #expect(entries == (try await ledger.entries()))
        try await ledger.append(entry("1"))
        await ledger.release("1")
        guard case .granted(let more?) = try await ledger.claim("1") else {
            Issue.record("no entries")
            return
        }
        #expect(more.count == 3)
    }

    /// The file is read once for all, and what is appended meanwhile is not lost.
    @Test func manyClaimsAtOnceBringWhatWasAppended() async throws {
        let ledger = try FileLedger(url)
        let entry: @Sendable (String) -> LedgerEntry = {
            LedgerEntry(item: $0, place: "fake", marker: .random(), state: .begun)
        }
        let items = (0..<200).map(String.init)
        for item in items { try await ledger.append(entry(item)) }
        let counts = try await withThrowingTaskGroup(of: [Int].self) { group in
            for item in items {
                group.addTask {
                    var counts: [Int] = []
                    for _ in 0..<3 {
                        guard case .granted(let entries?) = try await ledger.claim(item) else { return [] }
                        // An entry may be there twice.
                        counts.append(Set(entries.map(\.marker)).count)
                        #expect(entries.allSatisfy { $0.item == item })
                        try await ledger.append(
                            LedgerEntry(item: item, place: "fake", marker: .random(), state: .begun))
                        await ledger.release(item)
                    }
                    return counts
                }
            }
            return try await group.reduce(into: [[Int]]()) { $0.append($1) }
        }
        #expect(counts.count == 200)
        #expect(counts.allSatisfy { $0 == [1, 2, 3] })
    }
}
