import Foundation
import TestSupport

/// A server that asks for a password in clear, and repeats it in whatever it says.
///
/// It speaks as much of PostgreSQL's protocol, version 3.0, as a client needs that is refused.
struct HostilePostgres {
    let peer: LoopbackPeer

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - stage: What it refuses: with 0 the password, otherwise this statement. The first two prepare the session.
    ///   - isClosing: Whether it ends the connection behind its words.
    /// - Throws: What `LoopbackPeer` throws.
    init(refusingStatement stage: Int, closing isClosing: Bool = false) throws {
        peer = try LoopbackPeer { connection, _ in
            // The startup message, and before it maybe a request for TLS or GSSAPI, of 8 bytes.
            var message = connection.read() ?? []
            while message.count == 8 {
                connection.send("N")
                message = connection.read() ?? []
            }
            connection.send(Self.message("R", [0, 0, 0, 3]))
            guard let answer = connection.read(), answer.count > 6 else { return }
            let password = String(decoding: answer[5..<(answer.count - 1)], as: UTF8.self)
            if stage > 0 {
                connection.send(
                    Self.message("R", [0, 0, 0, 0]) + Self.message("S", Array("server_version\016.0\0".utf8))
                        + Self.message("K", [0, 0, 0, 1, 0, 0, 0, 1]) + Self.ready)
                for statement in 1...stage {
                    guard connection.read() != nil else { return }
                    if statement < stage { connection.send(Self.row) }
                }
            }
            let words = Sentinel("", password).disguises.joined(separator: " ")
            let refusal = Self.message("E", Array("SFATAL\0C42501\0M\(words)\0\0".utf8))
            connection.send(refusal)
            if isClosing { return }
            if stage > 0 { connection.send(Self.ready) }
            // What follows is refused too.
            while connection.read() != nil { connection.send(refusal + Self.ready) }
        }
    }

    private static let ready = message("Z", [UInt8(ascii: "I")])

    /// The answer to a statement: one row, of the number of the server's process and NULL.
    private static let row: [UInt8] = {
        let column = Array("c\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]
        return message("1", []) + message("2", []) + message("T", [0, 2] + column + column)
            + message("D", [0, 2, 0, 0, 0, 1, UInt8(ascii: "1"), 255, 255, 255, 255])
            + message("C", Array("SELECT 1\0".utf8)) + ready
    }()

    private static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
        let count = UInt32(body.count + 4)
        return Array("\(type)".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + body
    }
}
