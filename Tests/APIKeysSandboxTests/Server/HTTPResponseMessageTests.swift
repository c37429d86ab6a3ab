import APIKeys
import APIKeysSandbox
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPResponseMessageTests {
    private static let date = Date(timeIntervalSince1970: 784_111_777.9)

    private static func text(_ message: (head: [UInt8], body: Data)) -> String {
        String(decoding: message.head + message.body, as: UTF8.self)
    }

    @Test func theHeadIsCompleteAndTheBodyBehindIt() {
        let response = HTTPResponse(status: 422, headers: ["A": "a"], body: Data("b".utf8))
        let message = response.message(to: .get, keepsAlive: true, date: Self.date)
        let head =
            "HTTP/1.1 422 Unprocessable Content\r\nA: a\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 1\r\n\r\n"
        #expect(Self.text(message) == head + "b")
        #expect(message.head == Array(head.utf8))
    }

    @Test func theHandlerSDateStandsItsFramingDoesNot() {
        let headers: HTTPHeaders = ["connection": "x", "DATE": "d", "keep-alive": "x", "content-length": "7"]
        let response = HTTPResponse(status: 299, headers: headers)
        let expected = "HTTP/1.1 299 \r\nDATE: d\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
        #expect(Self.text(response.message(to: .get, isHTTP10: true, keepsAlive: true)) == expected)
    }

    @Test func aHandlerThatKnowsHEADCanTellTheLength() {
        let response = HTTPResponse(status: 200, headers: ["Date": "d", "Content-Length": "7"])
        let message = response.message(to: HTTPMethod(rawValue: "HEAD"), keepsAlive: false)
        #expect(
            Self.text(message) == "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 7\r\nConnection: close\r\n\r\n")
    }

    @Test func anErrorIsJSONWhateverItSays() throws {
        let response = Rejection(400, "\"\\\n").response
        #expect(try JSONDecoder().decode([String: String].self, from: response.body) == ["detail": "\"\\\n"])
        #expect(response.headers["content-type"] == "application/json")
    }
}
