import APIKeysSandbox
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SocketTests {
    /// Two ends of a connection.
    private func pair() throws -> (Socket, Socket) {
        let listener = try Listener()
        let client = try Socket(connectingTo: "127.0.0.1", port: listener.port)
        return (client, try #require(listener.next()))
    }

    @Test func aReadAndAWriteEndAtTheirDeadline() throws {
        let (client, server) = try pair()
        #expect(throws: SocketError.timedOut) { try client.read(until: .now + .milliseconds(5)) }
        #expect(throws: SocketError.timedOut) {
            try client.write([UInt8](repeating: 0, count: 64 << 20), until: .now + .milliseconds(5))
        }
        withExtendedLifetime(server) {}
    }

    @Test func aClosedSocketIsNotUsedAgain() throws {
        let (client, server) = try pair()
        client.close()
        client.close()
        // Whoever has its number now is left alone.
        let (next, other) = try pair()
        try other.write([1])
        #expect(#expect(throws: SocketError.self) { try client.read() }?.code == EBADF)
        #expect(#expect(throws: SocketError.self) { try client.write([1]) }?.code == EBADF)
        client.interrupt()
        client.endOutput()
        #expect(try next.read() == [1])
        #expect(try server.read() == nil)
    }

    @Test func aWriteToNobodyIsAnErrorAndNoSignal() throws {
        let (client, server) = try pair()
        server.resetOnClose()
        server.close()
        #expect(throws: SocketError.self) { while true { try client.write([1]) } }
    }

    @Test func anotherThreadEndsAWaitForBytesAndForConnections() async throws {
        let (client, server) = try pair()
        let listener = try Listener()
        async let read = offPool { try client.read() }
        async let next = offPool { listener.next() == nil }
        client.interrupt()
        listener.stop()
        #expect(try await read == nil)
        #expect(try await next)
        #expect(listener.next() == nil)
        #expect(throws: SocketError.self) { try Socket(connectingTo: "127.0.0.1", port: listener.port).read() }
        withExtendedLifetime(server) {}
    }
}
