import Dispatch
import Foundation
import JunctionKeys

// Makes calls of one kind, one after the other. `Examples/Benchmark/run` counts what each costs.
//
//     Benchmark canned-create | create | create-kept | list | memory  CALLS
//
// All but the first call the server that JUNCTION_BASE_URL names. `memory` creates, and prints what a call leaves behind.

let arguments = CommandLine.arguments
guard arguments.count == 3, let calls = Int(arguments[2]) else {
    FileHandle.standardError.write(Data("usage: Benchmark canned-create|create|create-kept|list|memory CALLS\n".utf8))
    exit(2)
}

// Not top-level `await`: Callgrind does not survive the end of the main thread that it brings.
let done = DispatchSemaphore(value: 0)
Task.detached {
    do {
        try await Load(kind: arguments[1]).run(calls)
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
    }
    done.signal()
}
done.wait()
