extension Provisioning {
    /// The events of a run, which begins with the first iteration. See ``Provisioning/events(for:)``.
    public struct Events: AsyncSequence, Sendable {
        typealias Start = @Sendable (@escaping @Sendable (ProvisioningEvent) -> Void) async throws -> Void

        private let start: Start

        init(_ start: @escaping Start) {
            self.start = start
        }

        /// Starts an iteration; the run begins with its first event.
        ///
        /// - Returns: An iterator before the first event.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(mailbox: EventMailbox(start))
        }

        /// An iterator over the events of a run.
        public struct AsyncIterator: AsyncIteratorProtocol {
            private let mailbox: EventMailbox
            private var events: ArraySlice<ProvisioningEvent> = []

            init(mailbox: EventMailbox) {
                self.mailbox = mailbox
            }

            /// Returns the next event. If the task is cancelled, so is the run; its last events are still returned.
            ///
            /// - Returns: The event; `nil` after the last one.
            /// - Throws: The error that ends the run.
            public mutating func next() async throws -> ProvisioningEvent? {
                if events.isEmpty { events = try await mailbox.next() }
                return events.popFirst()
            }
        }
    }
}

/// Runs a job in a task of its own, and keeps its events until they are asked for.
final class EventMailbox: Sendable {
    private struct State: Sendable {
        var events: ArraySlice<ProvisioningEvent> = []
        var ending: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, Never>?
        var task: Task<Void, Never>?
    }

    /// What the job shares with this object, whose end cancels the job.
    private let state = Locked(State())
    private let start: @Sendable (@escaping @Sendable (ProvisioningEvent) -> Void) async throws -> Void

    init(_ start: @escaping @Sendable (@escaping @Sendable (ProvisioningEvent) -> Void) async throws -> Void) {
        self.start = start
    }

    deinit {
        state.withLock { $0.task }?.cancel()
    }

    /// The events since the last call, at least one; none behind the last one.
    func next() async throws -> ArraySlice<ProvisioningEvent> {
        begin()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.events.isEmpty || state.ending != nil { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.task }?.cancel()
        }
        let (events, ending) = state.withLock { state in
            defer { state.events = [] }
            return (state.events, state.ending)
        }
        if events.isEmpty { try ending?.get() }
        return events
    }

    private func begin() {
        state.withLock { state in
            guard state.task == nil else { return }
            // The task holds the state, and not this object: dropping the iterator has to end the run.
            state.task = Task { [start, box = self.state] in
                let result: Result<Void, any Error>
                do {
                    result = .success(try await start { event in Self.change(box) { $0.events.append(event) } })
                } catch {
                    result = .failure(error)
                }
                Self.change(box) { $0.ending = result }
            }
        }
    }

    private static func change(_ state: Locked<State>, _ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
