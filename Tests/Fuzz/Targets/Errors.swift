@testable import APIKeys
import Foundation
import NekudaKeys

extension Target {
    /// Whatever body an answer has: its status survives, its kind and outcome are those of the status, and nothing that
    /// is printed holds the credential or a new key.
    static let errors = Target(name: "errors") { bytes in
        var input = Input(bytes)
        let status = 200 + (Int(input.byte()) << 8 | Int(input.byte())) % 800
        let isCreate = input.byte() % 2 == 0
        let type = input.text(), id = input.text()
        // Bytes that nobody sends stand for the credential and the new key.
        let body = Data(
            input.all().flatMap { byte -> [UInt8] in
                switch byte {
                case 1: Array(credential.utf8)
                case 2: Array(Data(credential.utf8).base64EncodedData())
                case 3: Array(newKey.utf8)
                case 4: credential.utf8.flatMap { Array("\\u00\(hexadecimal([$0]))".utf8) }
                default: [byte]
                }
            })
        let response = HTTPResponse(
            status: status, headers: ["Content-Type": type, "X-Request-ID": id, "Retry-After": id], body: body)
        if !isChosen(bytes, oneOf: 8) {
            guard !(200..<300).contains(status) else { return }
            let error = refusal(response, isCreate: isCreate)
            check(error, status: status, isCreate: nil)
            return checkText(of: error, bytes)
        }
        let transport = Canned(response: response)
        let client = NekudaClient(
            token: Secret(credential), configuration: .init(retry: .never, answerGrace: .zero), transport: transport)
        let error = wait { () -> APIError? in
            do throws(APIError) {
                if isCreate {
                    let key = try await client.createAPIKey(name: "n")
                    expect(!key.privateKey.reveal().isEmpty, "a key without a secret")
                } else {
                    _ = try await client.apiKeys()
                }
                return nil
            } catch {
                return error
            }
        }
        guard let error else { return expect((200..<300).contains(status), "\(status) is a success") }
        expect(error.status == status, "\(status) has become \(error.status as Any)")
        expect(error.responseBody == body, "the body is lost")
        check(error, status: status, isCreate: isCreate)
        if isCreate, (200..<300).contains(status) {
            let recovered = SecretRecovery.secret(named: "private_key", in: body)
            expect(error.recoveredSecret == recovered, "recovered \(error.recoveredSecret as Any)")
        }
        checkText(of: error, bytes)
    }

    /// The error of an answer, without the call around it: it takes a hundredth of the time.
    private static func refusal(_ response: HTTPResponse, isCreate: Bool) -> APIError {
        let client = APIClient(
            provider: "Nekuda", defaultBaseURL: "https://h", authentication: .init(scheme: .bearer, source: nil),
            configuration: .init(), transport: Canned(response: response))
        let operation = APIOperation<Nekuda.CreatedAPIKey>(
            "createAPIKey", .post, [], safety: .create, reads: .newSecret("private_key"))
        var record = CallRecord(client, operation.outgoing, URL(filePath: "/"))
        record.add(Secret(credential))
        record.beginAttempt()
        record.endAttempt(.init(), answer: response)
        return record.refusal(response, ErrorBody(response))
    }

    private static let credential = "nk_credential-5T9xQ2"
    private static let newKey = "nk_new-key-8H3vZ7w"

    private static func check(_ error: APIError, status: Int, isCreate: Bool?) {
        let (kind, outcome): (String, APIError.Outcome) =
            switch status {
            case 200..<300: ("decoding", .processed)
            case 301, 302, 303: ("redirect", isCreate == true ? .unknown : .notProcessed)
            case 300, 304, 305, 307, 308: ("redirect", .notProcessed)
            case 306, 309..<400: ("redirect", .unknown)
            case 400: ("badRequest", .notProcessed)
            case 401: ("unauthorized", .notProcessed)
            case 403: ("forbidden", .notProcessed)
            case 404: ("notFound", .notProcessed)
            case 408: ("unexpectedStatus", isCreate == true ? .unknown : .notProcessed)
            case 409: ("conflict", .notProcessed)
            case 422: ("validation", .notProcessed)
            case 429: ("rateLimited", .notProcessed)
            case 402, 405, 406, 407, 410..<418, 421, 423...426, 428, 431, 451: ("unexpectedStatus", .notProcessed)
            case 500..<600: ("server", .unknown)
            default: ("unexpectedStatus", .unknown)
            }
        expect(error.kind.label == kind, "\(status) is \(error.kind.label)")
        expect(isCreate == nil || error.outcome == outcome, "the outcome of \(status) is \(error.outcome)")
    }

    private static func checkText(of error: APIError, _ bytes: [UInt8]) {
        let hidesKey = error.recoveredSecret?.reveal() == newKey
        var texts = ["\(error)", error.message ?? ""]
        var dumped = ""
        if isChosen(bytes, oneOf: 64) {
            dump(error, to: &dumped)
            texts += [dumped, String(reflecting: error), error.localizedDescription]
        }
        for text in texts {
            let isLine = text == dumped || !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            expect(isLine, "\(text.debugDescription) has a control character")
            expect(!shows(credential, text), "the credential is in \(text)")
            expect(!hidesKey || !shows(newKey, text), "the new key is in \(text)")
        }
        expect((error.message ?? "").unicodeScalars.count <= 2000, "a message of \(error.message?.count ?? 0)")
    }

    private static func shows(_ secret: String, _ text: String) -> Bool {
        let visible = text.lowercased().utf8.filter { (0x21...0x7E).contains($0) }
        let words = String(decoding: visible, as: UTF8.self)
        let bytes = Array(secret.lowercased())
        return (0...bytes.count - 8).contains { words.contains(String(bytes[$0..<$0 + 8])) }
    }
}

/// Answers every request alike.
private struct Canned: HTTPTransport {
    let response: HTTPResponse

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { response }
}
