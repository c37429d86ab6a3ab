import APIKeys
import APIKeysCurl
import Foundation
import Testing

/// What became of many creates, each of which has a number.
struct Creates: Sendable {
    var numbers: Set<Int>
    /// Those that were answered by 503.
    var refused: Set<Int> = []
    /// Those without an answer.
    var failures: [Int: NetworkFailure] = [:]
    /// Those that arrived behind nginx. None arrives twice.
    var made: Set<Int> = []

    /// Sends creates.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - nginx: The server.
    ///   - connections: Which connections carry them.
    ///   - atOnce: How many at once.
    ///   - pauses: How long each waits before it sends again; by default not at all.
    ///   - bodyBytes: How large each is.
    /// - Returns: What became of them.
    /// - Throws: An error if there is no transport.
    static func run(
        _ count: Int, at nginx: Nginx, over connections: PostConnections, atOnce: Int = 16,
        pauses: [Duration] = [], bodyBytes: Int = 64
    ) async throws -> Creates {
        let transport = try CurlTransport(options: options(connections))
        let body = Data(repeating: UInt8(ascii: " "), count: bodyBytes)
        var result = Creates(numbers: Set(0..<count))
        try await withThrowingTaskGroup(of: [(Int, Result<Int, NetworkFailure>)].self) { group in
            for lane in 0..<atOnce {
                group.addTask {
                    var ends: [(Int, Result<Int, NetworkFailure>)] = []
                    for number in stride(from: lane, to: count, by: atOnce) {
                        if !pauses.isEmpty { try await Task.sleep(for: pauses[lane % pauses.count]) }
                        let request = HTTPRequest(
                            method: .post, url: nginx.url, headers: ["X-Number": "\(number)"], body: body)
                        do {
                            ends.append((number, .success(try await transport.send(request).status)))
                        } catch let failure as NetworkFailure {
                            ends.append((number, .failure(failure)))
                        }
                    }
                    return ends
                }
            }
            for try await ends in group { for (number, end) in ends { result.note(number, end) } }
        }
        let counts = nginx.counts
        #expect(counts.values.allSatisfy { $0 == 1 }, "a create arrived twice")
        result.made = Set(counts.keys)
        return result
    }

    private mutating func note(_ number: Int, _ end: Result<Int, NetworkFailure>) {
        switch end {
        case .success(200): break
        case .success(503): refused.insert(number)
        case .success(let status): Issue.record("status \(status)")
        case .failure(let failure): failures[number] = failure
        }
    }

    static func options(_ connections: PostConnections) throws -> CurlTransport.Options {
        .init(postConnections: connections, certificateAuthorityFile: try Nginx.authorityFile)
    }

    /// Fresh connections never fail. On a kept one nginx may close while a create is on its way: whether it was made
    /// nobody knows then, and nobody says so.
    func expectOnlyDoubts(_ connections: PostConnections) {
        let others = failures.filter { $0.value.reason != .connectionLost || $0.value.nothingWasSent }
        #expect((connections == .kept ? others : failures).count == 0, "\(failures.prefix(9))")
        #expect(failures.count <= numbers.count / 20)
        #expect(numbers.subtracting(failures.keys).subtracting(made).count == 0)
    }

    func report(_ setting: String, _ connections: PostConnections) {
        let unmade = failures.keys.filter { !made.contains($0) }.count
        print(
            "nginx | \(setting) | \(connections) | \(numbers.count) creates | \(made.count) made | \(refused.count) refused "
                + "| \(failures.count) without an answer, \(unmade) of them not made |")
    }
}
