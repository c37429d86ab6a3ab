extension LoopbackServer {
    /// Limits on what the clients of a ``LoopbackServer`` may send and hold. A negative limit counts as zero.
    public struct Limits: Hashable, Sendable {
        /// How many bytes a request line may have; a longer one gets a 414.
        public var maximumRequestLineBytes: Int
        /// How many bytes the header fields of a request may have in all, including line ends; more get a 431.
        public var maximumHeaderBytes: Int
        /// How many header fields a request may have; more get a 431.
        public var maximumHeaderCount: Int
        /// How many bytes a request body may have; more get a 413.
        public var maximumBodyBytes: Int
        /// How many connections may be open at once. Each takes a thread; one more gets a 503 and is closed.
        public var maximumConnections: Int
        /// How long a connection may be idle, how long a request may take to arrive before it gets a 408, and how long
        /// a client may take to read an answer.
        public var idleTimeout: Duration

        /// Creates limits: 64 KiB for a request line and for all header fields, 1000 fields, 1 MiB for a body, 1024
        /// connections and 30 seconds by default.
        public init(
            maximumRequestLineBytes: Int = 64 * 1024, maximumHeaderBytes: Int = 64 * 1024,
            maximumHeaderCount: Int = 1000, maximumBodyBytes: Int = 1024 * 1024, maximumConnections: Int = 1024,
            idleTimeout: Duration = .seconds(30)
        ) {
            self.maximumRequestLineBytes = maximumRequestLineBytes
            self.maximumHeaderBytes = maximumHeaderBytes
            self.maximumHeaderCount = maximumHeaderCount
            self.maximumBodyBytes = maximumBodyBytes
            self.maximumConnections = maximumConnections
            self.idleTimeout = idleTimeout
        }

        /// The same limits, each in a range in which reckoning with it cannot overflow.
        var clamped: Limits {
            func clamped(_ number: Int) -> Int { min(max(number, 0), .max / 4) }
            return Limits(
                maximumRequestLineBytes: clamped(maximumRequestLineBytes),
                maximumHeaderBytes: clamped(maximumHeaderBytes), maximumHeaderCount: clamped(maximumHeaderCount),
                maximumBodyBytes: clamped(maximumBodyBytes), maximumConnections: clamped(maximumConnections),
                idleTimeout: min(max(idleTimeout, .zero), .seconds(31_536_000)))
        }
    }
}
