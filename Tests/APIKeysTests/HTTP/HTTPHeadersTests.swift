import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPHeadersTests {
    @Test func namesCompareWithoutCase() {
        var headers: HTTPHeaders = ["Accept": "a", "X-Key": "k", "accept": "b"]
        #expect(headers["ACCEPT"] == "a, b")
        #expect(headers.values(for: "Accept") == ["a", "b"])
        headers["aCCEPT"] = "c"
        #expect(headers.fields.map(\.name) == ["aCCEPT", "X-Key"])
        headers["x-key"] = nil
        #expect(headers == ["Accept": "c"])
        #expect(headers["none"] == nil)
        headers.append(name: "B", value: "1")
        headers["C"] = "2"
        #expect(headers.fields.map(\.value) == ["c", "1", "2"])
    }

    @Test func printedFormsShowNamesAlone() {
        let headers: HTTPHeaders = ["X-Key": "hidden"]
        var dumped = ""
        dump(headers, to: &dumped)
        dump(
            HTTPRequest(method: .get, url: .init(filePath: "/"), headers: headers, body: .init("hidden".utf8)),
            to: &dumped)
        dump(HTTPResponse(status: 200, headers: headers, body: .init("hidden".utf8)), to: &dumped)
        for form in [headers.description, String(reflecting: headers), String(reflecting: headers.fields), dumped] {
            #expect(!form.contains("hidden"))
            #expect(form.contains("X-Key"))
        }
    }

    @Test(arguments: [
        (HTTPHeaders(dictionaryLiteral: ("A", "x\ny")), "the value of the header A holds a line break"),
        (HTTPHeaders(dictionaryLiteral: ("A", "x\u{0}")), "the value of the header A holds a NUL character"),
        (HTTPHeaders(dictionaryLiteral: ("A", "\u{E9}")), "the value of the header A holds a character outside ASCII"),
        (
            HTTPHeaders(dictionaryLiteral: ("A B", "x")),
            "a header has a name that is empty or holds characters that a header name may not have"
        ),
        (
            HTTPHeaders(dictionaryLiteral: ("", "x")),
            "a header has a name that is empty or holds characters that a header name may not have"
        ),
    ])
    func badFieldsAreNamed(_ headers: HTTPHeaders, _ problem: String) {
        #expect(headers.problem == problem)
    }

    /// What a server sends may have any number of fields. A text of its own for each one would be 8 GB.
    @Test func aNameThatStandsManyTimesIsReadInLinearTime() {
        let value = String(repeating: "x", count: 100)
        let headers = HTTPHeaders(Array(repeating: .init(name: "A", value: value), count: 100_000))
        let start = ContinuousClock.now
        #expect(headers["a"]?.utf8.count == 100_000 * 102 - 2)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func aRequestHasAThousandFieldsAtMost() {
        var headers = HTTPHeaders((0..<1000).map { .init(name: "A\($0)", value: "") })
        #expect(headers.problem == nil)
        headers.append(name: "B", value: "")
        #expect(headers.problem == "there are more than 1000 header fields")
    }

    @Test func goodFieldsPass() {
        #expect(HTTPHeaders(dictionaryLiteral: ("X-Ok!#$", "a\tb ~"), ("B", "")).problem == nil)
    }
}
