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
    /// What went wrong.
    package enum Failure: Error, Hashable {
        /// Another process has the file, or it is open twice in this one.
        case locked
        /// The file was closed.
        case closed
        /// The system refused a call.
        case system(call: String, code: Int32)
    }

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
    private let system: System
    private let state = Locked(State())
    // Blocking calls stay off the threads that tasks run on.
    private let queue = DispatchQueue(label: "swift-api-keys.durable-file")

    /// Opens a file, or creates it with mode 0600, and locks it. A last line without an end is cut off.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - system: The system's calls by which a line becomes durable.
    ///   - check: Looks at what the file holds before anything is changed; throws if it is no such file.
    /// - Throws: ``Failure``, or the error of `check`.
    package init(_ url: URL, system: System = .init(), check: (Data) throws -> Void = { _ in }) throws {
        let path = url.path(percentEncoded: false)
        let descriptor = try call("open") { open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        do {
            try lock(descriptor)
            try prepare(descriptor, system, check)
            // Each time: a crash may have come between the file's creation and this.
            try syncFolder(of: url, system)
        } catch {
            unlockAndClose(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.system = system
    }

    deinit {
        if state.withLock({ $0.failure }) != .closed { unlockAndClose(descriptor) }
    }

    /// Closes the file and gives up the lock, once what was appended before is durable. To close it again does nothing.
    package func closeFile() {
        queue.sync {
            flush()
            let wasClosed = state.withLock { state in
                defer { state.failure = .closed }
                return state.failure == .closed
            }
            if !wasClosed { unlockAndClose(descriptor) }
        }
    }

    /// What the file holds.
    ///
    /// - Returns: All bytes.
    /// - Throws: ``Failure``.
    package func contents() async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        if state.withLock({ $0.failure }) == .closed { throw Failure.closed }
                        return try bytes(of: descriptor)
                    })
            }
        }
    }

    /// Appends a line. Returns when it is durable; goes on if the task is cancelled.
    ///
    /// - Parameter line: The line, with its end.
    /// - Throws: ``Failure``. The line is then not in the file, unless it was `fsync` that failed.
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
    ///
    /// - Parameter line: The line, with its end.
    /// - Throws: ``Failure``.
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
            let size = try call("lseek") { lseek(descriptor, 0, SEEK_END) }
            do throws(Failure) {
                var rest = data[...]
                while !rest.isEmpty {
                    let count = try call("write") { rest.withUnsafeBytes { system.write(descriptor, $0) } }
                    rest = rest.dropFirst(count)
                }
            } catch {
                // Whether or not this succeeds, nothing more is appended: the next opening cuts off what is left.
                _ = ftruncate(descriptor, size)
                throw error
            }
            try call("fsync") { system.sync(descriptor) }
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }
}

/// Repeats a call that a signal interrupts.
@discardableResult
private func call<Value: SignedInteger>(
    _ name: String, _ body: () -> Value
) throws(DurableFile.Failure) -> Value {
    while true {
        let value = body()
        if value >= 0 { return value }
        if errno != EINTR { throw .system(call: name, code: errno) }
    }
}

/// Gives up the lock, which a child process that another thread is just starting would otherwise keep until it executes.
private func unlockAndClose(_ descriptor: Int32) {
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
}

private func lock(_ descriptor: Int32) throws(DurableFile.Failure) {
    do throws(DurableFile.Failure) {
        try call("flock") { flock(descriptor, LOCK_EX | LOCK_NB) }
    } catch {
        throw error == .system(call: "flock", code: EWOULDBLOCK) ? .locked : error
    }
}

/// Cuts off a last line without an end.
private func prepare(_ descriptor: Int32, _ system: DurableFile.System, _ check: (Data) throws -> Void) throws {
    let contents = try bytes(of: descriptor)
    try check(contents)
    let whole = contents.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    guard whole < contents.count else { return }
    try call("ftruncate") { ftruncate(descriptor, off_t(whole)) }
    try call("fsync") { system.sync(descriptor) }
}

private func syncFolder(of url: URL, _ system: DurableFile.System) throws(DurableFile.Failure) {
    let path = url.absoluteURL.deletingLastPathComponent().path(percentEncoded: false)
    let folder = try call("open") { open(path, O_RDONLY | O_CLOEXEC) }
    defer { close(folder) }
    try call("fsync") { system.sync(folder) }
}

private func bytes(of descriptor: Int32) throws(DurableFile.Failure) -> Data {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = try call("pread") { pread(descriptor, &buffer, buffer.count, off_t(data.count)) }
        if count == 0 { return data }
        data.append(contentsOf: buffer[..<count])
    }
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
