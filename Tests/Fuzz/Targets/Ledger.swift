@testable import APIKeys
import Foundation

extension Target {
    /// Labels: what is taken apart makes the label again, and what a marker is put into is taken apart into it.
    static let markers = Target(name: "markers") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let parts = MarkedLabel(text) {
            let again = parts.marker.label(parts.base, parts.ordinal)
            // Behind a space in front of all, the label of an empty base has none.
            expect(again.utf8.elementsEqual(text.utf8) || " " + again == text, "\(text) comes back as \(again)")
            expect(KeyMarker(inLabel: text) == parts.marker, "\(text) has two markers")
        } else {
            expect(KeyMarker(inLabel: text) == nil, "\(text) has a marker and no parts")
        }
        var input = Input(bytes)
        let ordinal = 1 + Int(input.byte()) + Int(input.byte())
        let word = input.text()
        let base = String(decoding: input.all(), as: UTF8.self)
        let marker = KeyMarker(word)
        let isFit =
            (4...16).contains(word.utf8.count)
            && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        expect((marker != nil) == isFit, "\(word) is a marker: \(marker != nil)")
        guard let marker else { return }
        let parts = MarkedLabel(marker.label(base, ordinal))
        let isSame = parts.map { $0.marker == marker && $0.ordinal == ordinal && $0.base.utf8.elementsEqual(base.utf8) }
        expect(isSame == true, "\(base), \(marker), \(ordinal) is read as \(parts as Any)")
    }

    /// A ledger's file: entries, then a cut or damage at any byte.
    static let ledger = Target(name: "ledger") { bytes in
        var input = Input(bytes)
        let mode = input.byte()
        if mode % 4 == 0 {
            // Whatever is in the file: it is read or refused, and never changed where it is refused.
            check(Data(input.all()), nil)
        } else {
            let cut = Int(input.byte()) << 8 | Int(input.byte())
            var entries: [LedgerEntry] = []
            var file = Data(#"{"ledger":"swift-api-keys","version":1}"#.utf8) + [0x0A]
            var ends = [file.count]
            while !input.isEmpty, entries.count < 20 {
                let entry = entry(&input)
                guard let line = try? JSON.body(entry) else { continue }
                expect(!line.contains(0x0A), "an entry has two lines")
                entries.append(entry)
                file += line + [0x0A]
                ends.append(file.count)
            }
            let end = mode % 4 == 1 ? file.count : cut % (file.count + 1)
            var part = file.prefix(end)
            if mode % 4 == 3 { part += Data(count: Int(mode)) }
            let whole = ends.dropFirst().filter { $0 <= end }.count
            check(Data(part), Array(entries.prefix(whole)))
        }
    }

    private static func entry(_ input: inout Input) -> LedgerEntry {
        let states: [LedgerEntry.State] = [.begun, .created, .stored, .revoked, .failed]
        let item = input.text(), place = input.text(), id = input.text()
        let marker = KeyMarker("m" + String(1000 + Int(input.byte()))) ?? .random()
        let seconds = Double(input.byte()) * 1e7 + Double(input.byte()) / 1e3
        return LedgerEntry(
            item: item, place: place, marker: marker, state: states[input.number(below: states.count)],
            keyID: id.isEmpty ? nil : id, overlap: input.byte() % 2 == 0 ? nil : seconds,
            at: RFC3339.date(from: RFC3339.text(from: Date(timeIntervalSince1970: seconds)) ?? "") ?? .distantPast)
    }

    /// Only opens the file, which needs no other thread.
    private static func checkOpening(_ url: URL, _ contents: Data, _ expected: [LedgerEntry]?) {
        let ledger = try? FileLedger(url)
        ledger?.close()
        let path = url.path(percentEncoded: false)
        guard let now = FileManager.default.contents(atPath: path) else { fail("the file is gone") }
        let entries = try? FileLedger.entries(in: now)
        if ledger == nil {
            expect(now == contents, "a file that was refused was changed")
            expect(expected == nil, "refused")
        } else if let expected {
            expect(entries == expected, "\(entries as Any) is there, and not \(expected)")
        }
    }

    /// Opens a file of these bytes, to read and to write. The entries are those expected, unless nobody knows them.
    private static func check(_ contents: Data, _ expected: [LedgerEntry]?) {
        let path = folder + "/ledger"
        guard FileManager.default.createFile(atPath: path, contents: contents) else { fail("no file at \(path)") }
        let url = URL(filePath: path)
        if !isChosen(Array(contents), oneOf: 16) { return checkOpening(url, contents, expected) }
        let read = wait { try? await FileLedger(reading: url).entries() }
        let appended = LedgerEntry(
            item: "last", place: "p", marker: KeyMarker("abcd") ?? .random(), state: .begun,
            at: Date(timeIntervalSince1970: 1))
        let written = wait { () -> [LedgerEntry]? in
            guard let ledger = try? FileLedger(url) else { return nil }
            defer { ledger.close() }
            guard let before = try? await ledger.entries() else { return [] }
            expect(expected == nil || before == expected, "opened as \(before)")
            do {
                try await ledger.append(appended)
                let after = try await ledger.entries()
                expect(after == before + [appended], "\(after) is there behind \(before)")
            } catch {
                fail("nothing can be appended: \(error)")
            }
            return before
        }
        if let expected {
            expect(read == expected, "read as \(read as Any), not \(expected)")
            expect(written == expected, "written as \(written as Any), not \(expected)")
        }
        if written == nil {
            let now = FileManager.default.contents(atPath: path)
            expect(now == contents, "a file that was refused was changed")
        }
    }
}

/// A folder in memory, if the system has one.
private let folder: String = {
    let parent = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let path = "\(parent)/apikeys-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) != nil else {
        fail("no folder at \(path)")
    }
    atexit { try? FileManager.default.removeItem(atPath: folder) }
    return path
}()
