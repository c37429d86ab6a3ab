import APIKeys
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that gets a JSON line per key, durable before the ledger says that the key is stored. The last line of an
/// item counts. After a failure nothing more is appended: what an fsync has failed to write, the next one may not
/// report.
///
/// `@unchecked`: ``failure`` is used on ``queue`` alone.
final class SecretFile: @unchecked Sendable {
    private struct Line: Encodable {
        let id: String
        let keyID: String?
        let secret: Secret

        enum CodingKeys: String, CodingKey {
            case id, secret
            case keyID = "key_id"
        }
    }

    private let path: String
    private let descriptor: Int32
    private var failure: Problem?
    // Each line is written and synced by itself, off the threads that tasks run on.
    private let queue = DispatchQueue(label: "Provision.secrets")

    /// Opens a file and locks it, or creates it with mode 0600. A last line that a crash has torn is cut off.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - notice: Gets what was changed, in words.
    /// - Throws: ``Problem`` if the file is in use, holds something else or cannot be kept from others.
    init(_ url: URL, notice: (String) -> Void) throws(Problem) {
        let path = url.relativePath
        let descriptor = try call("\(path) cannot be opened") {
            open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
        }
        do throws(Problem) {
            try Self.prepare(descriptor, path, notice)
            // Each time: a crash may have come between the file's creation and this.
            try Self.syncFolder(of: path)
        } catch {
            close(descriptor)
            throw error
        }
        (self.path, self.descriptor) = (path, descriptor)
    }

    deinit {
        close(descriptor)
    }

    /// Appends a key. Returns when it is durable.
    func store(_ key: IssuedKey, for item: Item) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.revealsSecrets] = true
        let line = try encoder.encode(Line(id: item.id, keyID: key.id, secret: key.secret)) + [UInt8(ascii: "\n")]
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        if let failure { throw failure }
                        do throws(Problem) {
                            try append(line)
                        } catch {
                            failure = error
                            throw error
                        }
                    })
            }
        }
    }

    private func append(_ line: Data) throws(Problem) {
        let size = try call("\(path) cannot be measured") { lseek(descriptor, 0, SEEK_END) }
        let code = writeAll(line, to: descriptor)
        guard code == 0 else {
            // The next line would otherwise begin behind a part of this one.
            _ = ftruncate(descriptor, size)
            throw Problem("\(path) cannot be written to: \(String(cString: strerror(code)))")
        }
        try call("\(path) cannot be made durable") { sync(descriptor) }
        // An editor that saves the file puts another one in its place.
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
            opened.st_dev == named.st_dev
        else {
            throw Problem("\(path) was moved or replaced during the run; put it back, or run again with another file")
        }
    }

    /// Refuses what is no file of secrets before anything is changed.
    private static func prepare(_ descriptor: Int32, _ path: String, _ notice: (String) -> Void) throws(Problem) {
        var status = stat()
        try call("\(path) cannot be looked at") { fstat(descriptor, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Problem("\(path) is not a regular file; secrets need one, which keeps them")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Problem(
                errno == EWOULDBLOCK
                    ? "\(path) is in use by another process"
                    : "\(path) cannot be locked: \(String(cString: strerror(errno)))")
        }
        let contents = try bytes(of: descriptor, path)
        let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last line's end is a torn line, if anything.
        guard lines.dropLast().allSatisfy(isLine),
            lines.last?.first(where: { $0 != 0 }).map({ $0 == UInt8(ascii: "{") }) ?? true
        else {
            throw Problem("\(path) holds something else than secrets; it was not changed. Name another file")
        }
        if status.st_mode & 0o777 != 0o600 {
            try call("\(path) can be read by others, and its mode cannot be changed to 0600") {
                fchmod(descriptor, 0o600)
            }
            notice("\(path) had the mode 0\(String(status.st_mode & 0o777, radix: 8)), and has 0600 now")
        }
        if let torn = lines.last, !torn.isEmpty {
            try call("\(path) cannot be mended") { ftruncate(descriptor, off_t(contents.count - torn.count)) }
            try call("\(path) cannot be made durable") { sync(descriptor) }
        }
    }

    /// Whether a line is one of this program's: an object of texts, behind zeros if a crash left a page unwritten.
    /// Nothing of it is decoded, so that nothing can be too deep for a decoder.
    private static func isLine(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line.drop { $0 == 0 }, as: UTF8.self)
        return text.hasPrefix("{\"id\":\"") && text.hasSuffix("\"}") && text.contains("\"secret\":\"")
    }

    private static func bytes(of descriptor: Int32, _ path: String) throws(Problem) -> [UInt8] {
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = try call("\(path) cannot be read") {
                pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Makes the file's name durable, in the folder that it is in.
    private static func syncFolder(of path: String) throws(Problem) {
        let folder = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent()
            .path(percentEncoded: false)
        let descriptor = try call("the folder \(folder) cannot be opened") { open(folder, O_RDONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        // Some file systems know no such thing of a folder.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw Problem("the folder \(folder) cannot be made durable: \(String(cString: strerror(errno)))")
        }
    }
}

/// Makes what was written durable.
private func sync(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
        // On Apple's systems fsync leaves the data in the drive's cache.
        let result = fcntl(descriptor, F_FULLFSYNC)
        if result == 0 || errno != ENOTSUP { return result }
    #endif
    return fsync(descriptor)
}
