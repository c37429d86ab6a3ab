@testable import APIKeys
import Foundation

extension Target {
    /// Paths and queries: each value is one segment, or one value, and comes back as it was. Against libcurl.
    static let paths = Target(name: "paths") { bytes in
        var input = Input(bytes)
        let values = [input.text(), input.text(), input.text()]
        let query = String(decoding: input.all(), as: UTF8.self)
        let path = RequestPath([
            .literal("v1"), .parameter("a", values[0]), .literal("x"), .parameter("b", values[1]),
            .parameter("c", values[2]),
        ])
        let isRefused = values.contains { ["", ".", ".."].contains($0) }
        guard let encoded = try? path.encoded() else { return expect(isRefused, "\(values) are refused") }
        expect(!isRefused, "\(values) become \(encoded)")
        let items = [QueryItem("q\(query.prefix(3))", query), QueryItem("r", values[0])]
        answer(bytes, encoded + "\n" + items.encoded)
        let escaped = values.map(LibCurl.escaped)
        expect(encoded == "/v1/\(escaped[0])/x/\(escaped[1])/\(escaped[2])", "\(values) become \(encoded)")
        guard let base = try? BaseURL(URL(string: "https://h/p") ?? URL(filePath: "/")),
            let url = try? base.url(path: encoded, query: items.encoded)
        else { fail("\(encoded)\(items.encoded) is no URL") }
        expect(url.absoluteString == "https://h/p\(encoded)\(items.encoded)", "\(url.absoluteString) is another URL")
        guard let parts = LibCurl.parts(of: url.absoluteString) else { fail("libcurl does not take \(url)") }
        expect(parts.host == "h" && parts.path == "/p" + encoded, "\(url) has the path \(parts.path ?? "")")
        expect("?" + (parts.query ?? "") == items.encoded, "\(url) has the query \(parts.query ?? "")")
        let segments = encoded.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let decoded = segments.map(decoded)
        let isSame = zip(decoded, ["v1", values[0], "x", values[1], values[2]]).allSatisfy { $0.elementsEqual($1.utf8) }
        expect(segments.count == 5 && isSame, "\(values) come back as \(decoded)")
    }

    /// Foundation's own takes a byte order mark away.
    private static func decoded(_ text: Substring) -> [UInt8] {
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            let digits = byte == UInt8(ascii: "%") ? String(decoding: rest.prefix(2), as: UTF8.self) : ""
            bytes.append(UInt8(digits, radix: 16) ?? byte)
            rest = rest.dropFirst(digits.utf8.count)
        }
        return bytes
    }

    /// Base URLs: what is taken goes to the host that libcurl and Python see in it, and in clear to this machine alone.
    static let bases = Target(name: "bases") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let url = URL(string: text) else { return answer(bytes, nil) }
        do throws(InvalidInput) {
            let base = try BaseURL(url)
            let whole = try base.url(path: "/v1/key", query: "?a=b")
            answer(bytes, whole.absoluteString)
            check(url, whole)
        } catch {
            answer(bytes, nil)
            // Byte by byte: to Foundation, a text goes on behind a NUL as if there were none.
            let isShown = text.count >= 20 && Data(error.reason.utf8).range(of: Data(text.utf8)) != nil
            expect(!isShown, "\(error.reason) shows the URL")
        }
    }

    private static func check(_ base: URL, _ whole: URL) {
        let text = whole.absoluteString
        expect(text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(text.debugDescription) goes on the wire")
        // What libcurl refuses goes nowhere.
        guard let parts = LibCurl.parts(of: text) else { return }
        let host = URLComponents(url: base, resolvingAgainstBaseURL: true)?.encodedHost ?? ""
        expect(parts.user == nil, "\(text) has a user")
        expect(parts.fragment == nil && parts.query == "a=b", "\(text) has the query \(parts.query ?? "")")
        expect(parts.path?.hasSuffix("/v1/key") == true, "\(text) has the path \(parts.path ?? "")")
        expect(parts.scheme == base.scheme?.lowercased(), "\(text) has the scheme \(parts.scheme ?? "")")
        // libcurl keeps a zone elsewhere.
        let name = (host.hasPrefix("[") ? host.dropFirst().prefix { $0 != "%" && $0 != "]" } : host[...]).lowercased()
        let plain = parts.host.map { $0.filter { !"[]".contains($0) }.lowercased() } ?? ""
        expect(
            plain == name || address(plain) != nil && address(plain) == address(name),
            "\(text) goes to \(plain), and not to \(host)")
        expect(parts.port.flatMap(Int.init) == base.port, "\(text) goes to the port \(parts.port ?? "")")
        guard parts.scheme == "http" else { return }
        let isHere = plain == "localhost" || plain == "::1" || address(plain)?.first == 127
        expect(isHere, "\(text) goes to \(plain) in clear")
        expect(BaseURL.isPlainLoopback(whole), "\(text) may go through a proxy")
    }

    /// The bytes of an address, in whichever form it is written.
    private static func address(_ text: String) -> [UInt8]? {
        var (four, six) = (in_addr(), in6_addr())
        if inet_aton(text, &four) != 0 { return withUnsafeBytes(of: four) { Array($0) } }
        return inet_pton(AF_INET6, text, &six) == 1 ? withUnsafeBytes(of: six) { Array($0) } : nil
    }
}
