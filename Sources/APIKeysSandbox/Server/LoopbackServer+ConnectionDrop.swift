public import APIKeys

extension LoopbackServer {
    /// What a handler throws in order that its client gets no whole answer.
    ///
    /// ```swift
    /// let server = try LoopbackServer(MockTransport { request in
    ///     let response = try await sandbox.send(request)
    ///     throw LoopbackServer.ConnectionDrop.after(bodyBytes: 10, of: response)
    /// })
    /// ```
    public struct ConnectionDrop: Error, Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case withoutAnswer
            case reset
            case afterBytes(Int, HTTPResponse)
            case afterBodyBytes(Int, HTTPResponse)
            case afterHeadBytes(Int, HTTPResponse, byReset: Bool)
        }

        let kind: Kind

        /// Closes the connection and sends nothing: the client sees it end (FIN).
        public static let withoutAnswer = ConnectionDrop(kind: .withoutAnswer)

        /// Resets the connection and sends nothing: the client sees it break (RST).
        public static let reset = ConnectionDrop(kind: .reset)

        /// Sends the beginning of a response and closes the connection.
        ///
        /// - Parameters:
        ///   - bytes: How many bytes to send, counted from the beginning of the status line.
        ///   - response: The response, whose head promises all of its body.
        /// - Returns: The error to throw.
        public static func after(bytes: Int, of response: HTTPResponse) -> ConnectionDrop {
            ConnectionDrop(kind: .afterBytes(bytes, response))
        }

        /// Sends the head of a response and the beginning of its body, and closes the connection.
        ///
        /// - Parameters:
        ///   - bodyBytes: How many bytes of the body to send.
        ///   - response: The response, whose head promises all of its body.
        /// - Returns: The error to throw.
        public static func after(bodyBytes: Int, of response: HTTPResponse) -> ConnectionDrop {
            ConnectionDrop(kind: .afterBodyBytes(bodyBytes, response))
        }

        /// Sends the beginning of a response's head, never all of it, and ends the connection.
        ///
        /// - Parameters:
        ///   - headBytes: How many bytes of the head to send.
        ///   - response: The response.
        ///   - byReset: Whether the connection is reset (RST) rather than closed.
        /// - Returns: The error to throw.
        public static func after(headBytes: Int, of response: HTTPResponse, byReset: Bool) -> ConnectionDrop {
            ConnectionDrop(kind: .afterHeadBytes(headBytes, response, byReset: byReset))
        }
    }
}
