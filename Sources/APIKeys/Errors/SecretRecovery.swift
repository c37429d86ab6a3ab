import Foundation

/// Finds a new secret in the body of a success that does not fit its schema, so that it is not lost with it.
enum SecretRecovery {
    /// Looks for the first string under a name: in the JSON at any depth, or, where the body is no JSON because it was
    /// cut, in its bytes.
    ///
    /// - Returns: The secret; `nil` where there is none, or only the beginning of one.
    static func secret(named name: String, in body: Data) -> Secret? {
        // A large body is not parsed: that takes time which no deadline bounds.
        if body.count <= 256 * 1024, let json = try? JSON.value(JSONValue.self, from: body) {
            return value(named: name, in: json).map { Secret($0) }
        }
        return string(named: name, inBytes: body).map { Secret($0) }
    }

    private static func value(named name: String, in json: JSONValue) -> String? {
        switch json {
        case .object(let members):
            if let text = members[name].flatMap(firstString) { return text }
            return members.sorted { $0.key < $1.key }.lazy.compactMap { value(named: name, in: $0.value) }.first
        case .array(let values):
            return values.lazy.compactMap { value(named: name, in: $0) }.first
        default: return nil
        }
    }

    /// The value itself where it is a string; where it was wrapped, the string that is most likely it.
    private static func firstString(in json: JSONValue) -> String? {
        switch json {
        case .string(let text): return text.isEmpty ? nil : text
        case .array(let values): return values.lazy.compactMap(firstString).first
        case .object(let members):
            let names = ["value", "secret", "token", "key"]
            if let text = names.lazy.compactMap({ members[$0].flatMap(firstString) }).first { return text }
            let others = members.values.compactMap(firstString)
            return others.count == 1 ? others[0] : nil
        default: return nil
        }
    }

    /// Finds `"name" : "…"` in bytes that are not whole JSON. A string without its closing quote is no find.
    private static func string(named name: String, inBytes bytes: Data) -> String? {
        let key = Data("\"\(name)\"".utf8)
        var rest = bytes[...]
        while let found = rest.range(of: key) {
            rest = rest[found.upperBound...]
            let value = rest.drop(while: isSpace)
            guard value.first == UInt8(ascii: ":") else { continue }
            let text = value.dropFirst().drop(while: isSpace)
            guard text.first == UInt8(ascii: "\"") else { continue }
            if let text = literal(in: text), !text.isEmpty { return text }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D].contains(byte)
    }

    /// The JSON string that begins the bytes, or `nil` where it has no end.
    private static func literal(in bytes: Data) -> String? {
        var isEscaped = false
        for (offset, byte) in bytes.dropFirst().enumerated() {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return try? JSON.value(String.self, from: Data(bytes.prefix(offset + 2)))
            }
        }
        return nil
    }
}
