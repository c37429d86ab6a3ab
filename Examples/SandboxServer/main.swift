import APIKeysSandbox
import Dispatch
import Foundation

// Serves the sandbox on a loopback port until SIGINT or SIGTERM, and prints how to reach it, ready for a shell:
//
//     swift run SandboxServer --port 8080 --fault createTeamAPIKey:lostAnswer

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
    exit(status)
}

// Started without one of these, the server's socket would get its number, and the exports would be written into it.
for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
    _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
}

let options: ServerOptions
let sandbox: Sandbox
do {
    options = try ServerOptions(CommandLine.arguments.dropFirst())
    sandbox = Sandbox(seed: options.seed, pageSize: options.pageSize)
    for fault in options.faults { try sandbox.inject(parsing: fault) }
    sandbox.keepFaultsOnReset()
} catch {
    fail("\(error)\n\(ServerOptions.usage)", status: 2)
}

let server: LoopbackServer
do {
    server = try LoopbackServer(sandbox, host: options.host, port: options.port)
} catch {
    fail("\(error)", status: 1)
}

// Whoever reads the exports may send a signal at once: both are taken over by then.
let registered = DispatchGroup()
let signals = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { @Sendable in
        Task {
            await server.stop()
            exit(0)
        }
    }
    registered.enter()
    source.setRegistrationHandler { @Sendable in registered.leave() }
    source.resume()
    return source
}
registered.wait()

var output = sandbox.exports(baseURL: server.baseURL)
if !options.isQuiet {
    output +=
        "# The sandbox itself: \(server.baseURL.absoluteString)/_sandbox/state, requests, faults, seed, clock, "
        + "check, reset, health\n"
    output += options.faults.map { "# Fault: \($0)\n" }.joined()
}
do {
    try FileHandle.standardOutput.write(contentsOf: Data(output.utf8))
} catch {
    fail("SandboxServer: nobody can read how to reach it: \(error.localizedDescription)", status: 1)
}
dispatchMain()
