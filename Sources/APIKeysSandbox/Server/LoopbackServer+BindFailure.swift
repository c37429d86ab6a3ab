extension LoopbackServer {
    /// Why a ``LoopbackServer`` could not begin to listen.
    public struct BindFailure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The address that was asked for.
        public let host: String
        /// The port that was asked for; 0 if any would have done.
        public let port: UInt16
        /// The system call that failed, such as `bind`.
        public let call: String
        /// The `errno` that it left, such as 98.
        public let code: Int32
        /// The system's text for that, such as "Address already in use".
        public let message: String

        init(host: String, port: UInt16, _ error: SocketError) {
            self.host = host
            self.port = port
            call = error.call
            code = error.code
            message = error.message
        }

        /// What failed and why: `Cannot listen on 127.0.0.1:8080: bind: Address already in use (errno 98)`.
        public var description: String {
            "Cannot listen on \(host):\(port): \(call): \(message) (errno \(code))"
        }
    }
}
