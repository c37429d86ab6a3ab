import Foundation

/// A credential or a secret of these tests, made to be recognized wherever it stands.
struct Sentinel: Hashable, Sendable {
    /// What it plays.
    let name: String
    let text: String
    /// Whether its halves give it away too; those of a sandbox's own credentials are words.
    let hasHalves: Bool

    init(_ name: String, _ text: String, hasHalves: Bool = true) {
        (self.name, self.text, self.hasHalves) = (name, text, hasHalves)
    }

    /// The management key, the API key or the token that a client sends; some hold what an encoding changes.
    static let credential = Sentinel("credential", "crd_7Qk2Vx9LpR4tBw8Zc3Yh6JdN")
    static let symbols = Sentinel("credential of symbols", #"c/9f+2T=%3Dkq&Zx7"<Wv>'h3Tr8\Ym5~"#)
    static let rejected = Sentinel("credential before a renewal", "old-Hf4Ws9Kd2Lz7Xn5Pv8Tb3Rq6")
    static let clientSecret = Sentinel("client secret", "cls_M3nB8vC5xZ9aS4dF7gH2jK6l")
    static let created = Sentinel("created key", "key_W5eR9tY2uI6oP3aD8fG4hJ7z")
    static let listed = Sentinel("listed key", "lst_N4bV8cX2zL6kJ9hG5fD3sA7q")
    static let accessToken = Sentinel("access token", "eyJ.P8oI5uY2tR9eW6qL3kJ7hG4f.xYz")
    static let header = Sentinel("header of a call", "hdr_T6yU3iO9pL5kM2nJ8bH4vG7c")
    static let userInfo = Sentinel("password of a URL", "pwd_C9vF4gB7hN2jM6kL3pO8iU5y")
    static let password = Sentinel("password of PostgreSQL", "pgp_R2dX7cE5vT9bN4mU6kI3oL8p")
    static let foreign = Sentinel("secret of an error", "err_Z7xS3dC9fV5gB2hN8jM4kQ6w")

    static let all = [
        credential, symbols, rejected, clientSecret, created, listed, accessToken, header, userInfo, password, foreign,
    ]

    var halves: [String] {
        guard hasHalves else { return [] }
        let middle = text.utf8.count / 2
        return [String(text.prefix(middle)), String(text.suffix(text.count - middle))]
    }

    /// The ways in which a hostile server writes it.
    var disguises: [String] {
        [text] + halves + [text.swappedCase, Self.marked(text, with: "\u{301}"), text + "\u{301}"]
            + Self.base64(of: text)
            + [Self.percentEncoded(text, all: true), Self.percentEncoded(text, all: false)]
            + [Self.jsonEscaped(text), Self.htmlEscaped(text)]
    }

    /// Behind no, one and two other bytes, in both alphabets.
    static func base64(of text: String) -> [String] {
        (0..<3).flatMap { shift in
            let encoded = Data(repeating: UInt8(ascii: "."), count: shift) + Data(text.utf8)
            let standard = encoded.base64EncodedString()
            return [standard, standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")]
        }
    }

    static func percentEncoded(_ text: String, all: Bool) -> String {
        text.utf8.map { byte in
            let scalar = Character(Unicode.Scalar(byte))
            return all || !(scalar.isLetter || scalar.isNumber)
                ? "%" + String(format: "%02X", Int(byte)) : String(scalar)
        }.joined()
    }

    static func jsonEscaped(_ text: String) -> String {
        text.utf16.map { "\\u" + String(format: "%04x", Int($0)) }.joined()
    }

    static func htmlEscaped(_ text: String) -> String { text.unicodeScalars.map { "&#\($0.value);" }.joined() }

    private static func marked(_ text: String, with mark: Unicode.Scalar) -> String {
        text.unicodeScalars.map { "\($0)\(mark)" }.joined()
    }
}

extension String {
    var swappedCase: String { String(map { Character($0.isLowercase ? $0.uppercased() : $0.lowercased()) }) }
}
