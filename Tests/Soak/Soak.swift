#if os(Linux)
    import APIKeys
    import Foundation
    import JunctionKeys

    /// The calls, and what became of them.
    struct Soak: Sendable {
        struct Tally: Sendable {
            var ends: [String: Int] = [:]
            /// How many tries there were, retries included.
            var tries = 0
            /// How much later than its time-out the latest call ended.
            var latest = Duration.zero
        }

        let client: JunctionClient
        private static let timeout = Duration.milliseconds(400)

        init(baseURL: URL, transport: any HTTPTransport) {
            let configuration = ClientConfiguration(
                baseURL: baseURL, timeout: Self.timeout, attemptTimeout: .milliseconds(200),
                retry: RetryPolicy(baseDelay: .milliseconds(5)))
            client = JunctionClient(
                managementKey: Secret("mg_soak"), organizationID: UUID(), configuration: configuration,
                transport: transport)
        }

        func run(calls: Int, parallelism: Int) async -> Tally {
            await withTaskGroup(of: (String, Int, Duration).self) { group in
                var tally = Tally()
                for number in 0..<calls {
                    if number >= parallelism, let (end, tries, time) = await group.next() {
                        tally.add(end, tries, time - Self.timeout)
                    }
                    group.addTask { await call(number) }
                }
                for await (end, tries, time) in group { tally.add(end, tries, time - Self.timeout) }
                return tally
            }
        }

        /// One call, of which every twentieth is cancelled after a while.
        private func call(_ number: Int) async -> (end: String, tries: Int, time: Duration) {
            let start = ContinuousClock.now
            let task = Task { await outcome(number) }
            if number.isMultiple(of: 20) {
                try? await Task.sleep(for: .microseconds(Int.random(in: 0...5000)))
                task.cancel()
            }
            let (end, tries) = await task.value
            return (end, tries, ContinuousClock.now - start)
        }

        private func outcome(_ number: Int) async -> (String, Int) {
            do {
                if number.isMultiple(of: 2) {
                    _ = try await client.createTeamAPIKey(
                        label: "soak", teamID: UUID(), environment: .sandbox, region: .us)
                } else {
                    _ = try await client.teamAPIKeys(environment: .sandbox, region: .us).all()
                }
                return ("success", 1)
            } catch {
                return ("\("\(error.kind)".prefix { $0 != "(" }), \(error.outcome)", error.attempts)
            }
        }
    }

    extension Soak.Tally {
        mutating func add(_ end: String, _ tries: Int, _ lateness: Duration) {
            ends[end, default: 0] += 1
            self.tries += tries
            latest = max(latest, lateness)
        }
    }
#endif
