#if os(Linux)
    import APIKeys
    import APIKeysCurl
    import Foundation
    import Glibc

    // Makes calls one after the other, and prints how much processor time each took:
    // `CurlBenchmark CLIENT CALL URL COUNT [CA-FILE]`. CLIENT is urlsession, curl-fresh, curl-kept or by-hand, which is a
    // call of `URLSession.shared` as a program without this package makes it; CALL is create or list.
    // `Tests/CurlBenchmark/run` starts the server, counts instructions, and prints ratios.

    let arguments = CommandLine.arguments
    guard arguments.count >= 5, let url = URL(string: arguments[3]), let count = Int(arguments[4]) else {
        print("usage: CurlBenchmark CLIENT CALL URL COUNT [CA-FILE]")
        exit(2)
    }
    // The main thread waits in a semaphore: Callgrind 3.19 crashes in the one of Dispatch.
    let end = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            let client = try client(arguments[1], certificateAuthorityFile: arguments.count > 5 ? arguments[5] : nil)
            let run = Run(client: client, isCreate: arguments[2] == "create", url: url, count: count)
            print(arguments[1], arguments[2], try await run.measure())
        } catch {
            print(error)
            exit(1)
        }
        end.signal()
    }
    end.wait()
    // For valgrind: the transport is gone, and its thread will be in a moment.
    Thread.sleep(forTimeInterval: 0.5)
#endif
