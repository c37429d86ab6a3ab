import APIKeysCurl
import Dispatch
import Foundation
import JunctionKeys

// Makes calls of one kind, one after the other. `Examples/Benchmark/run` counts what each costs.
//
//     Benchmark canned-create | create | create-kept | list | curl-create | curl-create-kept | curl-list | memory \
//         CALLS
//     Benchmark waiting SECONDS
//     Benchmark libcurl 0
//     Benchmark provisioning ITEMS
//     Benchmark transport CALLS by-hand | urlsession[-kept] | curl-fresh | curl-kept  create | list  URL [CA-FILE]
//
// All that create or list, but for the first, call the server that JUNCTION_BASE_URL names; those with `curl` go over
// libcurl. `memory` creates, and prints what a call leaves behind. `waiting` prints how busy a processor is while an
// answer does not come. `provisioning` runs a job against a server that takes 50 ms, and prints how far it is from the
// ideal: 2,000 items are to take at most 1.1 times as long on a disk. `transport` measures a transport with nothing
// above it, or a call by hand on `URLSession.shared`: `Examples/Benchmark/transports` starts a server for it.

let arguments = CommandLine.arguments
guard arguments.count == 3 || arguments.dropFirst().first == "transport", let calls = Int(arguments[2]) else {
    try? FileHandle.standardError.write(contentsOf: Data("usage: Benchmark KIND CALLS\n".utf8))
    exit(2)
}

// Not top-level `await`: Callgrind does not survive the end of the main thread that it brings.
let done = DispatchSemaphore(value: 0)
Task.detached {
    do {
        switch arguments[1] {
        case "transport": print(try await TransportLoad(Array(arguments[3...])).run(calls))
        case "provisioning": print(try await ProvisioningLoad(count: calls).run())
        case "libcurl": print(CurlTransport.libraryVersion ?? "none")
        case "waiting": print(try await WaitingLoad(seconds: calls).run())
        default: try await Load(kind: arguments[1]).run(calls)
        }
    } catch {
        try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
        exit(1)
    }
    done.signal()
}
done.wait()
// For valgrind: the transport is gone, and its thread will be in a moment.
Thread.sleep(forTimeInterval: 0.2)
