import APIKeys
import APIKeysPostgres
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The standard output and the standard error of the process.
///
/// An output that fails, since its reader is gone or its disk is full, must not end a job that has keys on the wire:
/// what it does not take is dropped, the other one says so, and ``hasFailed`` makes the exit status 1.
///
/// `@unchecked`: ``failed`` is guarded by ``lock``.
final class Output: @unchecked Sendable {
    static let standard = Output()

    private let lock = NSLock()
    private var failed: Set<Int32> = []

    /// Fills the descriptors 0 to 2 that the process was started without, so that no file of the job gets such a
    /// number: what is printed would end up in it. They are opened the wrong way around, so that using them fails as
    /// before.
    private init() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
        // A reader that is gone, of this output or of a command's input, is an error of the write and no end of the
        // process.
        signal(SIGPIPE, SIG_IGN)
        // A parent that ignores it would keep this process from seeing how a command ends.
        signal(SIGCHLD, SIG_DFL)
    }

    /// Whether something could not be written.
    var hasFailed: Bool { lock.withLock { !failed.isEmpty } }

    /// Writes to the standard output.
    func write(_ text: String) {
        write(text, to: 1)
    }

    /// Writes a line to the standard error.
    func complain(_ text: String) {
        write("Provision: \(text)\n", to: 2)
    }

    private func write(_ text: String, to descriptor: Int32) {
        guard !lock.withLock({ failed.contains(descriptor) }) else { return }
        let code = writeAll(text.utf8, to: descriptor)
        guard code != 0 else { return }
        lock.withLock { _ = failed.insert(descriptor) }
        let (name, other) = descriptor == 1 ? ("output", Int32(2)) : ("error", Int32(1))
        write(
            "Provision: the standard \(name) cannot be written to, and the job goes on without it: "
                + "\(String(cString: strerror(code)))\n", to: other)
    }
}

extension Output {
    /// An error in words that hold no secret: the text of an error that is neither this program's nor the package's may
    /// hold one.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as Problem: "\(error)"
        case let error as APIError: "\(error)"
        case let error as FileLedgerError: "\(error)"
        case let error as PostgresLedgerError: "\(error)"
        case let error as Unavailable: "\(error)"
        case let error as UnresolvedKey: "\(error)"
        default: "\(type(of: error))"
        }
    }
}
