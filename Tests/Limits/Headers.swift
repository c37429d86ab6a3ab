import APIKeys
import APIKeysCurl
import Foundation
import TestSupport

func measureHeaders(_ measurement: Measurement) async {
    let size = (20_000, "fields")
    for name in ["of one name", "of as many names"] {
        let fields: (Int) -> HTTPHeaders = { count in
            let names = (0..<count).map { name == "of one name" ? "X-Request-ID" : "X-\($0)" }
            return HTTPHeaders(names.map { .init(name: $0, value: "x") })
        }
        await measurement.measure(
            "an answer's headers \(name)", size.0, size.1, maximumMegabytes: 100,
            prepare: { Server(429, headers: fields($0), "{}") }, { await $0.outcome(of: .create) })
        await measurement.measure(
            "a call's own headers \(name)", size.0, size.1, maximumMegabytes: 100, prepare: fields,
            { await Server(200, key()).outcome(of: .create, options: RequestOptions(headers: $0)) })
        for transport in ["libcurl", "URLSession"] {
            await measurement.measure(
                "headers over \(transport), \(name)", size.0, size.1, maximumMegabytes: 100,
                // Foundation on Linux copies all lines for each one. libcurl hands it 300 kB at most.
                growth: transport == "libcurl" ? 6 : 24,
                prepare: { count in
                    let lines = fields(count).fields.map { "\($0.name): \($0.value)\r\n" }.joined()
                    let answer = "HTTP/1.1 200 OK\r\n\(lines)Content-Length: \(key().utf8.count)\r\n\r\n\(key())"
                    return try LoopbackPeer { connection, _ in
                        if connection.readRequest() != nil { _ = connection.send(answer) }
                    }
                },
                { server in
                    let transport: any HTTPTransport =
                        transport == "libcurl" ? try CurlTransport() : URLSessionTransport.shared
                    return await Server.outcome(of: .create, over: transport, baseURL: server.url())
                })
        }
    }
}

func measurePages(_ measurement: Measurement) async {
    await measurement.measure(
        "pages of a list", 10_000, "pages", maximumMegabytes: 100, prepare: { $0 },
        { count in
            let last = Locked(0)
            let elements = PagedSequence<Int> { _ throws(APIError) in
                last.withLock { last in
                    last += 1
                    return .init(elements: [last], nextCursor: last < count ? "cursor \(last)" : nil)
                }
            }
            return "\(try await elements.all().count) elements"
        })
}
