import Dispatch
package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of lines to which one process at a time appends, and whose appended lines are durable.
///
/// Lines that are appended at the same time are written and synced together: many tasks wait for one `fsync`. After a
/// failure nothing more is appended.
package final class DurableFile: Sendable {
    package typealias Failure = FileLedgerError.Reason

    /// The system's calls by which a line becomes durable. A test puts its own here to let them fail.
    package struct System: Sendable {
        package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int = { systemWrite($0, $1) }
        package var sync: @Sendable (Int32) -> Int32 = { systemSync($0) }

        package init() {}
    }

    private struct State: Sendable {
        var pending: [(bytes: Data, done: @Sendable (Result<Void, any Error>) -> Void)] = []
        var isFlushing = false
        /// Why nothing more is appended.
        var failure: Failure?
    }

    /// The open file. A child process that inherits it inherits the lock.
    package let descriptor: Int32
    private let path: String
    private let identity: FileIdentity
    private let system: System
    private let state = Locked(State())
    // Blocking calls stay off the threads that tasks run on.
    private let queue = DispatchQueue(label: "swift-api-keys.durable-file")

    /// Opens a file, or creates it, and locks it. A last line without an end is cut off. The file has mode 0600 then.
    ///
    /// `check` looks at what the file holds before anything is changed, and returns how many bytes of it to keep, up to
    /// the end of the last line; it throws if it is no such file.
    package init(_ url: URL, system: System = .init(), check: (Data) throws -> Int = { $0.lengthOfLines }) throws {
        let path = url.path(percentEncoded: false)
        let descriptor = try POSIX.openRegularFile(path)
        do {
            try POSIX.lock(descriptor)
            let contents = try POSIX.bytes(of: descriptor)
            let kept = try check(contents)
            try POSIX.makePrivate(descriptor)
            if kept < contents.count {
                try POSIX.call("ftruncate") { ftruncate(descriptor, off_t(kept)) }
                try POSIX.call("fsync") { system.sync(descriptor) }
            }
            // Each time: a crash may have come between the file's creation and this.
            try POSIX.syncFolder(of: path, system)
            identity = try FileIdentity(descriptor)
        } catch {
            POSIX.unlockAndClose(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
        self.system = system
    }

    /// What a file holds, without a lock; `nil` if there is no file.
    package static func read(_ path: String) throws(Failure) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(call: "open", code: errno)
        }
        defer { close(descriptor) }
        guard POSIX.isRegular(descriptor) else { throw .notAFile }
        return try POSIX.bytes(of: descriptor)
    }

    deinit {
        if state.withLock({ $0.failure }) != .closed { POSIX.unlockAndClose(descriptor) }
    }

    /// Closes the file and gives up the lock, once what was appended before is durable. To close it again does nothing.
    package func closeFile() {
        queue.sync {
            flush()
            let wasClosed = state.withLock { state in
                defer { state.failure = .closed }
                return state.failure == .closed
            }
            if !wasClosed { POSIX.unlockAndClose(descriptor) }
        }
    }

    /// What the file holds.
    package func contents() async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        if state.withLock({ $0.failure }) == .closed { throw Failure.closed }
                        return try POSIX.bytes(of: descriptor)
                    })
            }
        }
    }

    /// Appends a line with its end. Returns when it is durable; goes on if the task is cancelled.
    ///
    /// If this throws, the line is not in the file, unless it was `fsync` that failed.
    package func append(_ line: Data) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let mustFlush = state.withLock { state in
                state.pending.append((line, { continuation.resume(with: $0) }))
                defer { state.isFlushing = true }
                return !state.isFlushing
            }
            if mustFlush { queue.async { [self] in flush() } }
        }
    }

    /// Appends a line as ``append(_:)`` does, and blocks until it is durable.
    package func appendBlocking(_ line: Data) throws {
        try queue.sync { try write(line) }
    }

    /// Writes what is pending until nothing is. On the queue.
    private func flush() {
        while true {
            let (batch, failure) = state.withLock { state in
                defer { state.pending = [] }
                if state.pending.isEmpty { state.isFlushing = false }
                return (state.pending, state.failure)
            }
            guard !batch.isEmpty else { return }
            let result = Result {
                if let failure { throw failure }
                try write(batch.reduce(into: Data()) { $0.append($1.bytes) })
            }
            for (_, done) in batch { done(result) }
        }
    }

    /// Writes and syncs, or leaves the file as it was. On the queue.
    private func write(_ data: Data) throws(Failure) {
        do throws(Failure) {
            let size = try POSIX.call("lseek") { lseek(descriptor, 0, SEEK_END) }
            do throws(Failure) {
                var rest = data[...]
                while !rest.isEmpty {
                    let count = try POSIX.call("write") { rest.withUnsafeBytes { system.write(descriptor, $0) } }
                    rest = rest.dropFirst(count)
                }
            } catch {
                // Whether or not this succeeds, nothing more is appended: the next opening cuts off what is left.
                _ = ftruncate(descriptor, size)
                throw error
            }
            try POSIX.call("fsync") { system.sync(descriptor) }
            // What is written to a file that nobody finds again is not durable.
            guard FileIdentity(path: path) == identity else { throw .replaced }
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }
}

extension Data {
    /// How many bytes there are up to the end of the last whole line.
    package var lengthOfLines: Int { lastIndex(of: UInt8(ascii: "\n")).map { $0 - startIndex + 1 } ?? 0 }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func systemSync(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
        // On Apple's systems fsync leaves the data in the drive's cache.
        let result = fcntl(descriptor, F_FULLFSYNC)
        if result == 0 || errno != ENOTSUP { return result }
    #endif
    return fsync(descriptor)
}
