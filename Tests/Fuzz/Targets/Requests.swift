@testable import APIKeysSandbox
import APIKeys
import Foundation

extension Target {
    /// The loopback server's reader: the same comes out wherever the bytes are cut, and `h11` reads the same.
    static let requests = Target(name: "requests") { bytes in
        let outcome = read([bytes[...]])
        answer(bytes, (try? JSONEncoder().encode(outcome)).map { String(decoding: $0, as: UTF8.self) })
        let cut = Int(bytes.last ?? 0) % max(bytes.count, 1)
        expect(read([bytes[..<cut], bytes[cut...]]) == outcome, "cut at \(cut), it is another request")
        if bytes.count < 200 {
            expect(read(bytes.indices.map { bytes[$0...$0] }) == outcome, "byte by byte, it is another")
        }
    }

    /// The method, target, fields and body of each request, and the status of what ends them.
    private static func read(_ pieces: [ArraySlice<UInt8>]) -> [[String]] {
        var rest = pieces[...]
        var reader = HTTPRequestReader(
            limits: .init(maximumBodyBytes: 4096), defaultAuthority: "127.0.0.1:1",
            read: { _ in rest.popFirst().map { Array($0) } }, agree: {})
        var outcome: [[String]] = []
        do {
            while let incoming = try reader.next() {
                let request = incoming.request
                let body = hexadecimal(Array(request.body ?? Data()))
                let fields = request.headers.fields.flatMap { [$0.name, $0.value] }
                outcome.append([request.method.rawValue, request.url.absoluteString, body] + fields)
                expect(request.url.scheme == "http" && request.url.host != nil, "\(request.url) is no URL of a request")
            }
        } catch let rejection as Rejection {
            outcome.append(["\(rejection.status)"])
        } catch {
            fail("threw \(error)")
        }
        return outcome
    }
}
