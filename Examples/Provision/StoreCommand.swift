import APIKeys
import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A shell command that stores a key.
///
/// It gets the secret on its standard input, and the item in its environment. It inherits the ledger's lock: a command that
/// outlives this process keeps the next run from beginning, so that it cannot overwrite a newer secret. It is in a process
/// group of its own, which a Ctrl-C at the terminal does not reach.
struct StoreCommand {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let command: String
    /// The ledger's file.
    let lock: Int32

    func store(_ key: IssuedKey, for item: Item) async throws {
        var environment = ProcessInfo.processInfo.environment
        environment["ITEM_ID"] = item.id
        environment["ITEM_LABEL"] = item.label
        environment["KEY_ID"] = key.id
        environment["TEAM_ID"] = item.teamID?.uuidString.lowercased()
        let variables = environment.map { "\($0)=\($1)" }
        try await withCheckedThrowingContinuation { continuation in
            // It blocks until the command ends, off the threads that tasks run on.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try run(variables, input: key.secret) })
            }
        }
    }

    private func run(_ environment: [String], input: Secret) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failed(description: "pipe: \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process: pid_t
        do {
            defer { close(ends[0]) }
            process = try spawn(environment, input: ends[0])
        } catch {
            close(ends[1])
            throw error
        }
        var bytes = Array(input.reveal().utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
            // A command that does not read its input decides by its exit status what that means.
            guard count > 0 else { break }
            bytes = bytes.dropFirst(count)
        }
        close(ends[1])
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else { throw Failed(description: "the store command failed with the status \(status >> 8)") }
    }

    private func spawn(_ environment: [String], input: Int32) throws -> pid_t {
        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        // The standard output is this program's progress.
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        // A copy is not closed by exec, and has the same lock.
        posix_spawn_file_actions_adddup2(&actions, lock, lock == 3 ? 4 : 3)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGINT] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
        let (arguments, variables) = (copies(["sh", "-c", command]), copies(environment))
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, variables)
        guard code == 0 else { throw Failed(description: "sh cannot be started: \(String(cString: strerror(code)))") }
        return process
    }
}
