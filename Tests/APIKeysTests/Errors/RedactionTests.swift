import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite struct RedactionTests {
    @Test(arguments: [400, 401, 404, 422, 500])
    func anEchoedCredentialIsTakenOut(_ status: Int) async throws {
        let credential = Probe.credential
        let echo = #"""
            {"message":"bad key \#(credential)!","detail":[{"loc":["header","\#(credential)"],"msg":"no \#(credential)",
            "type":"\#(credential)","input":{"a":["x\#(credential)y"],"\#(credential)":1},"ctx":{"k":"\#(credential)"}}]}
            """#
        let headers: HTTPHeaders = ["X-Request-ID": "r-\(credential)", "X-Echo": credential]
        let transport = MockTransport(.response(HTTPResponse(status: status, headers: headers, body: Data(echo.utf8))))
        let configuration = ClientConfiguration(retry: .never)
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.message == "bad key (redacted)!")
        #expect(error.requestID == "r-(redacted)")
        var dumped = ""
        dump(error, to: &dumped)
        dump(error.kind, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped, error.localizedDescription, "\(error.kind)"]
        {
            #expect(!form.contains(credential))
        }
        #expect(error.responseBody == Data(echo.utf8))
    }

    @Test func aCreatedSecretIsInNoPrintedForm() async throws {
        let transport = MockTransport(.json(text: #"{"id":"not a number","token":"tok_new"}"#))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .decoding)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret?.reveal() == "tok_new")
        var dumped = ""
        dump(error, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped, error.localizedDescription] {
            #expect(!form.contains("tok_new"))
            #expect(form.contains("recoveredSecret"))
        }
        #expect(error.description.contains("id is not a"))
    }

    @Test func anUnderlyingErrorIsNamedNotPrinted() async throws {
        struct Leaky: Error { var token = "hidden" }
        let transport = MockTransport(.failure(Leaky()))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        var dumped = ""
        dump(error, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped] { #expect(!form.contains("hidden")) }
        #expect(dumped.contains("Leaky"))
        #expect(error.underlying is Leaky)
        #expect(error.kind == .network(NetworkFailure(reason: .other)))
    }
}
