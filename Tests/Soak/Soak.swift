#if os(Linux)
    import APIKeys
    import Foundation
    import JunctionKeys

    /// The calls, and what became of them.
    struct Soak: Sendable {
        struct Tally: Sendable {
            var ends: [String: Int] = [:]
            /// How much later than its time-out the latest call ended.
            var latest = Duration.zero
        }

        let client: JunctionClient
        private let timeout: Duration

        /// - Parameters:
        ///   - baseURL: The server.
        ///   - transport: The transport.
        ///   - timeout: How long a call may take, and twice as long as an attempt of it may.
        init(baseURL: URL, transport: any HTTPTransport, timeout: Duration) {
            self.timeout = timeout
            let configuration = ClientConfiguration(
                baseURL: baseURL, timeout: timeout, attemptTimeout: timeout / 2,
                retry: RetryPolicy(baseDelay: .milliseconds(5)))
            client = JunctionClient(
                managementKey: Secret("mg_soak"), organizationID: UUID(), configuration: configuration,
                transport: transport)
        }

        func run(calls: Int, parallelism: Int) async -> Tally {
            await withTaskGroup(of: (String, Duration).self) { group in
                var tally = Tally()
                for number in 0..<calls {
                    if number >= parallelism, let (end, time) = await group.next() { tally.add(end, time - timeout) }
                    group.addTask { await call(number) }
                }
                for await (end, time) in group { tally.add(end, time - timeout) }
                return tally
            }
        }

        /// One call, of which every twentieth is cancelled after a while.
        private func call(_ number: Int) async -> (end: String, time: Duration) {
            let start = ContinuousClock.now
            let task = Task { await outcome(number) }
            if number.isMultiple(of: 20) {
                try? await Task.sleep(for: .microseconds(Int.random(in: 0...5000)))
                task.cancel()
            }
            return (await task.value, ContinuousClock.now - start)
        }

        private func outcome(_ number: Int) async -> String {
            do {
                if number.isMultiple(of: 2) {
                    _ = try await client.createTeamAPIKey(
                        label: "soak", teamID: UUID(), environment: .sandbox, region: .us)
                } else {
                    _ = try await client.teamAPIKeys(environment: .sandbox, region: .us).all()
                }
                return "success"
            } catch {
                return "\("\(error.kind)".prefix { $0 != "(" }), \(error.outcome)"
            }
        }
    }

    extension Soak.Tally {
        mutating func add(_ end: String, _ lateness: Duration) {
            ends[end, default: 0] += 1
            latest = max(latest, lateness)
        }
    }
#endif
