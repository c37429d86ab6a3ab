public import APIKeys

extension LoopbackServer {
    /// An error that a handler throws so that the client gets no complete answer.
    ///
    /// ```swift
    /// let server = try LoopbackServer(MockTransport { request in
    ///     let response = try await sandbox.send(request)
    ///     throw LoopbackServer.ConnectionDrop.after(bodyBytes: 10, of: response)
    /// })
    /// ```
    public struct ConnectionDrop: Error, Hashable, Sendable {
        enum Part: Hashable, Sendable {
            case nothing
            case head(Int, HTTPResponse)
            case body(Int, HTTPResponse)
        }

        let part: Part
        var isReset = false

        /// Closes the connection and sends nothing: the client sees it end (FIN).
        public static let withoutAnswer = ConnectionDrop(part: .nothing)

        /// Resets the connection and sends nothing: the client sees it break (RST).
        public static let reset = ConnectionDrop(part: .nothing, isReset: true)

        /// Sends the beginning of a response's head, never all of it, and ends the connection.
        ///
        /// - Parameters:
        ///   - headBytes: How many bytes of the head to send.
        ///   - response: The response.
        ///   - byReset: Whether the connection is reset (RST) rather than closed.
        /// - Returns: The error to throw.
        public static func after(headBytes: Int, of response: HTTPResponse, byReset: Bool = false) -> ConnectionDrop {
            ConnectionDrop(part: .head(headBytes, response), isReset: byReset)
        }

        /// Sends the head of a response and the beginning of its body, and closes the connection.
        ///
        /// - Parameters:
        ///   - bodyBytes: How many bytes of the body to send.
        ///   - response: The response. Its head announces the whole body.
        /// - Returns: The error to throw.
        public static func after(bodyBytes: Int, of response: HTTPResponse) -> ConnectionDrop {
            ConnectionDrop(part: .body(bodyBytes, response))
        }
    }
}
