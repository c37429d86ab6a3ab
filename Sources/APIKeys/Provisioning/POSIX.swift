import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a ``DurableFile`` asks of the system, with errors that name the call.
enum POSIX {
    /// Repeats a call that a signal interrupts.
    @discardableResult
    static func call<Value: SignedInteger>(
        _ name: String, _ body: () -> Value
    ) throws(DurableFile.Failure) -> Value {
        while true {
            let value = body()
            if value >= 0 { return value }
            if errno != EINTR { throw .system(call: name, code: errno) }
        }
    }

    /// Gives up the lock, which a child process that another thread is just starting would otherwise keep until it
    /// executes.
    static func unlockAndClose(_ descriptor: Int32) {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    static func lock(_ descriptor: Int32) throws(DurableFile.Failure) {
        do throws(DurableFile.Failure) {
            try call("flock") { flock(descriptor, LOCK_EX | LOCK_NB) }
        } catch {
            throw error == .system(call: "flock", code: EWOULDBLOCK) ? .inUse : error
        }
    }

    /// Opens or creates a file. Devices, pipes and folders are refused: some can be read without end.
    static func openRegularFile(_ path: String) throws(DurableFile.Failure) -> Int32 {
        let opened = try call("open") {
            open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
        }
        // 0 to 2 may be closed in this process: what is printed must not end up in the file.
        let descriptor = opened > 2 ? opened : fcntl(opened, F_DUPFD_CLOEXEC, 3)
        if opened <= 2 { close(opened) }
        guard descriptor >= 0 else { throw .system(call: "fcntl", code: errno) }
        guard isRegular(descriptor) else {
            close(descriptor)
            throw .notAFile
        }
        return descriptor
    }

    static func isRegular(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Takes the file's permissions from everybody but its owner.
    static func makePrivate(_ descriptor: Int32) throws(DurableFile.Failure) {
        var status = stat()
        try call("fstat") { fstat(descriptor, &status) }
        if status.st_mode & 0o777 != 0o600 { try call("fchmod") { fchmod(descriptor, 0o600) } }
    }

    /// Makes the file's name durable: in the folder that it is in, wherever a symbolic link points.
    static func syncFolder(of path: String, _ system: DurableFile.System) throws(DurableFile.Failure) {
        let resolved = realpath(path, nil)
        guard let resolved else { throw .system(call: "realpath", code: errno) }
        defer { free(resolved) }
        let parts = String(cString: resolved).split(separator: "/", omittingEmptySubsequences: true).dropLast()
        let folder = try call("open") { open("/" + parts.joined(separator: "/"), O_RDONLY | O_CLOEXEC) }
        defer { close(folder) }
        do throws(DurableFile.Failure) {
            try call("fsync") { system.sync(folder) }
        } catch {
            // Some file systems (FUSE, 9p) cannot sync a folder.
            let isUnable = [EINVAL, ENOTSUP, EOPNOTSUPP].contains { error == .system(call: "fsync", code: $0) }
            if !isUnable { throw error }
        }
    }

    static func bytes(of descriptor: Int32) throws(DurableFile.Failure) -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try call("pread") { pread(descriptor, &buffer, buffer.count, off_t(data.count)) }
            if count == 0 { return data }
            data.append(contentsOf: buffer[..<count])
        }
    }
}

/// Which file it is, whatever its path.
struct FileIdentity: Equatable {
    private let device: UInt64
    private let number: UInt64

    init(_ descriptor: Int32) throws(DurableFile.Failure) {
        var status = stat()
        try POSIX.call("fstat") { fstat(descriptor, &status) }
        self.init(status)
    }

    /// `nil` if there is no file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
