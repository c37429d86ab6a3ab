#if os(Linux)
    import APIKeys
    import APIKeysCurl
    import APIKeysSandbox
    import Foundation
    import JunctionKeys

    // Makes many calls at once, a tenth of them against a fault and a twentieth of them cancelled. A quarter of the
    // calls has a short timeout, to check that every call ends on time; the others have the default one, to check that
    // nothing is left behind. With more arenas, what each thread of the C library's allocator holds back counts as
    // growth:
    //
    //     APIKEYS_DEVELOPMENT=1 MALLOC_ARENA_MAX=2 swift run -c release Soak [CALLS] [urlsession | curl | curl-kept]

    let calls = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
    let name = CommandLine.arguments.dropFirst(2).first ?? "urlsession"
    let transport: any HTTPTransport =
        switch name {
        case "curl": try CurlTransport()
        case "curl-kept": try CurlTransport(options: .init(postConnections: .kept))
        default: URLSessionTransport.shared
        }
    let parallelism = 64
    let server = try LoopbackServer(FaultyHandler())
    let late = Soak(baseURL: server.baseURL, transport: transport, timeout: .milliseconds(400))
    let start = ContinuousClock.now
    var tally = await late.run(calls: max(calls / 4, 500), parallelism: parallelism)
    let latest = tally.latest

    // What a process needs once, it has by now: sessions, threads, connections, caches.
    let soak = Soak(baseURL: server.baseURL, transport: transport, timeout: .seconds(60))
    _ = await soak.run(calls: max(calls / 4, 500), parallelism: parallelism)
    try await Task.sleep(for: .seconds(1))
    let before = Footprint.now()
    let measured = calls * 3 / 4
    tally = await soak.run(calls: measured, parallelism: parallelism)
    let time = ContinuousClock.now - start
    // Connections that were aborted are closed by URLSession's queue a moment later.
    var after = Footprint.now()
    for _ in 0..<50 where after.descriptors > before.descriptors + parallelism || after.threads > before.threads + 8 {
        try await Task.sleep(for: .milliseconds(100))
        after = Footprint.now()
    }
    await server.stop()

    print("\(measured) calls, \(parallelism) at once over \(name); with those before, \(time)")
    for (end, count) in tally.ends.sorted(by: { $0.key < $1.key }) { print("  \(count) \(end)") }
    print("  the latest was \(latest) late")
    print("before: \(before)")
    print("after:  \(after)")

    // 220 bytes a request leak inside FoundationNetworking. The megabyte is for what the allocator and new threads
    // hold.
    let allowance = 300 * measured + 1_000_000
    print("memory: \((after.memory - before.memory) / max(measured, 1)) bytes a call")
    var problems: [String] = []
    let ended = tally.ends.values.reduce(0, +)
    if ended != measured { problems.append("\(ended) of \(measured) calls ended") }
    if latest > .milliseconds(250) { problems.append("a call was \(latest) late") }
    if after.memory > before.memory + allowance {
        problems.append("memory grew by \(after.memory - before.memory) bytes, more than \(allowance)")
    }
    if after.descriptors > before.descriptors + parallelism { problems.append("descriptors are left") }
    if after.threads > before.threads + 8 { problems.append("threads are left") }
    guard problems.isEmpty else {
        FileHandle.standardError.write(Data("soak: \(problems.joined(separator: "; "))\n".utf8))
        exit(1)
    }
    print("soak: \(calls) calls over \(name) passed")
#endif
