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

/// A shell command that is run for a key, such as the one that stores it.
///
/// It gets the secret on its standard input, and the item in its environment, without the credentials that this program
/// uses. Of this program's descriptors it inherits 0 to 2 and the ledger's lock, or the connection to its database: a
/// command that outlives this process keeps the next run, or another one, from the item, so that it cannot overwrite a
/// newer secret. It is in a process group of its own, which a Ctrl-C at the terminal does not reach.
struct KeyCommand {
    /// What the command is for, for errors: `store`.
    let name: String
    let text: String
    /// A descriptor that keeps the ledger's claims for as long as the command has it; -1 if there is none.
    let lock: @Sendable () -> Int32
    /// After how long the command is killed, if there is a limit.
    let limit: Duration?
    let environment: CommandEnvironment

    /// Runs the command.
    ///
    /// - Throws: ``Problem`` if it cannot be started or fails.
    func run(_ key: IssuedKey, for item: Item) async throws {
        let variables = environment.variables(item, key)
        try await withCheckedThrowingContinuation { continuation in
            // It blocks until the command ends, off the threads that tasks run on.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try run(variables, input: key.secret) })
            }
        }
    }

    private func run(_ variables: [String], input: Secret) throws(Problem) {
        let process: pid_t
        do {
            let pipe = try filledPipe(input)
            defer { close(pipe) }
            process = try spawn(text, variables, input: pipe, keeping: lock())
        }
        var watch: pid_t?
        if let limit { watch = try self.watch(process, variables, limit) }
        var status: Int32 = 0
        try call("whether the \(name) command has failed is not known") { waitpid(process, &status, 0) }
        if let watch {
            kill(watch, SIGTERM)
            var ignored: Int32 = 0
            waitpid(watch, &ignored, 0)
        }
        guard status == 0 else {
            let signal = status & 0x7F
            if let limit, signal == SIGKILL {
                throw Problem("the \(name) command was killed: it may take \(limit.components.seconds) seconds at most")
            }
            let words =
                signal == 0 ? "failed with the status \(status >> 8 & 0xFF)" : "was ended by the signal \(signal)"
            throw Problem("the \(name) command \(words)")
        }
    }

    /// A pipe that holds the secret and its end before anybody reads from it: a command whose parent is killed at any
    /// time reads all of it, or does not run.
    ///
    /// - Returns: The end to read from.
    private func filledPipe(_ secret: Secret) throws(Problem) -> Int32 {
        var ends: [Int32] = [-1, -1]
        try call("a pipe cannot be opened") { pipe(&ends) }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let bytes = Array(secret.reveal().utf8)
        guard bytes.withUnsafeBytes({ write(ends[1], $0.baseAddress, $0.count) }) == bytes.count else {
            close(ends[0])
            throw Problem("the secret of \(bytes.count) bytes is longer than a pipe; use --secrets")
        }
        return ends[0]
    }

    /// Kills the group of a command when its time is over, also if this process is stopped or gone by then: a command
    /// that outlives the claim on its item could put an old secret over a new one.
    private func watch(_ process: pid_t, _ variables: [String], _ limit: Duration) throws(Problem) -> pid_t {
        let script =
            "trap 'kill $! 2>/dev/null; exit' TERM; sleep \(limit.components.seconds) & wait $! && kill -KILL 0"
        do {
            let null = try call("/dev/null cannot be opened") { open("/dev/null", O_RDONLY | O_CLOEXEC) }
            defer { close(null) }
            return try spawn(script, variables, input: null, keeping: -1, group: process)
        } catch {
            kill(-process, SIGKILL)
            var ignored: Int32 = 0
            waitpid(process, &ignored, 0)
            throw error
        }
    }

    #if os(macOS) || os(Linux)
        private func spawn(
            _ text: String, _ environment: [String], input: Int32, keeping lock: Int32, group: pid_t = 0
        ) throws(Problem) -> pid_t {
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
            let copy: Int32 = lock == 3 ? 4 : 3
            if lock >= 0 { posix_spawn_file_actions_adddup2(&actions, lock, copy) }
            var flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP)
            #if canImport(Darwin)
                flags |= Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)
                for descriptor: Int32 in 1...2 { posix_spawn_file_actions_addinherit_np(&actions, descriptor) }
            #else
                // Not every library closes its descriptors at exec.
                for descriptor in 3..<Self.descriptorLimit where descriptor != copy || lock < 0 {
                    posix_spawn_file_actions_addclose(&actions, descriptor)
                }
            #endif
            var defaults = sigset_t()
            sigemptyset(&defaults)
            for signal in [SIGPIPE, SIGINT] { sigaddset(&defaults, signal) }
            posix_spawnattr_setsigdefault(&attributes, &defaults)
            // The threads of a queue block every signal, and a shell that waits for a child of its own needs one.
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setpgroup(&attributes, group)
            posix_spawnattr_setflags(&attributes, flags)

            func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
            let (arguments, variables) = (copies(["sh", "-c", text]), copies(environment))
            defer { for text in arguments + variables { free(text) } }
            var process: pid_t = 0
            let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, variables)
            guard code == 0 else { throw Problem("sh cannot be started: \(String(cString: strerror(code)))") }
            return process
        }
    #else
        private func spawn(
            _ text: String, _ environment: [String], input: Int32, keeping lock: Int32, group: pid_t = 0
        ) throws(Problem) -> pid_t {
            throw Problem("commands need macOS or Linux; use --secrets")
        }
    #endif

    /// A number above every open descriptor, with room for those that other threads open meanwhile: the lowest that is
    /// free is given away first.
    private static var descriptorLimit: Int32 {
        let limit = Int32(clamping: max(sysconf(Int32(_SC_OPEN_MAX)), 256))
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap(Int32.init).max()
        return min(limit, (open ?? 4096) + 256)
    }
}
