import APIKeysSandbox
import Dispatch
import Foundation

// Serves the sandbox on a loopback port until SIGINT or SIGTERM, and prints how to reach it, ready for a shell:
//
//     swift run SandboxServer --port 8080

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(status)
}

let port: UInt16
do {
    port = try Arguments(CommandLine.arguments.dropFirst()).port
} catch {
    fail("\(error)\n\(Arguments.usage)", status: 2)
}

// Taken over before the server starts, so that a signal can't come too early. Each is delivered on the main queue.
let signals = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    return DispatchSource.makeSignalSource(signal: number, queue: .main)
}

let sandbox = Sandbox()
let server: LoopbackServer
do {
    server = try LoopbackServer(sandbox, port: port)
} catch {
    fail("\(error)", status: 1)
}

for source in signals {
    source.setEventHandler {
        Task {
            await server.stop()
            exit(0)
        }
    }
    source.resume()
}

FileHandle.standardOutput.write(Data(sandbox.exports(baseURL: server.baseURL).utf8))
dispatchMain()
