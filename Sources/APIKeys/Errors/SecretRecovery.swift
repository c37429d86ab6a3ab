package import Foundation

/// Finds a new secret in the body of a success that does not fit its schema, so that it is not lost with it.
///
/// Goes through the bytes once, whether they are whole JSON or were cut: a guess is never called a secret.
package enum SecretRecovery {
    /// The string member of a name that lies least deep; `nil` if it was cut or is empty, and if two that differ do.
    package static func secret(named name: String, in body: Data) -> Secret? {
        body.withUnsafeBytes { bytes -> Secret? in
            var scan = Scan(bytes: bytes, name: Array(name.utf8))
            guard let literal = scan.find(), let secret = Self.secret(bytes[literal]) else { return nil }
            return secret.reveal().isEmpty ? nil : secret
        }
    }

    private static func secret(_ literal: Slice<UnsafeRawBufferPointer>) -> Secret? {
        try? JSON.value(Secret.self, from: Data(literal))
    }

    private struct Scan {
        let bytes: UnsafeRawBufferPointer
        let name: [UInt8]
        private var place = 0
        private var depth = 0
        /// The least depth at which the member was found, and its literal; `nil` if there is not exactly one.
        private var found: (depth: Int, literal: Range<Int>?)?

        init(bytes: UnsafeRawBufferPointer, name: [UInt8]) {
            self.bytes = bytes
            self.name = name
        }

        mutating func find() -> Range<Int>? {
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                case UInt8(ascii: "\""):
                    if let key = string(), isName(key) { readValue() }
                    continue
                default: break
                }
                place += 1
            }
            return found?.literal
        }

        /// Goes behind the string that begins here; `nil` if it has no end.
        private mutating func string() -> Range<Int>? {
            let start = place
            place += 1
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\\"): place += 2
                case UInt8(ascii: "\""):
                    place += 1
                    return start..<place
                default: place += 1
                }
            }
            place = bytes.count
            return nil
        }

        /// Behind the member's name: notes its value if it is a string, also one without an end.
        private mutating func readValue() {
            guard skip(to: UInt8(ascii: ":")) else { return }
            place += 1
            guard skip(to: UInt8(ascii: "\"")) else { return }
            let literal = string()
            guard let found, found.depth <= depth else { return self.found = (depth, literal) }
            if found.depth == depth, !isSame(found.literal, literal) { self.found = (depth, nil) }
        }

        private mutating func skip(to byte: UInt8) -> Bool {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
            return place < bytes.count && bytes[place] == byte
        }

        private func isSame(_ one: Range<Int>?, _ other: Range<Int>?) -> Bool {
            guard let one, let other else { return false }
            if bytes[one].elementsEqual(bytes[other]) { return true }
            // The same text may be escaped in two ways.
            return secret(bytes[one]).map { $0 == secret(bytes[other]) } ?? false
        }

        /// Whether a literal is the name; a letter of it may be escaped.
        private func isName(_ literal: Range<Int>) -> Bool {
            let text = bytes[literal].dropFirst().dropLast()
            guard text.contains(UInt8(ascii: "\\")) else { return text.elementsEqual(name) }
            let key = try? JSON.value(String.self, from: Data(bytes[literal]))
            return key.map { $0.utf8.elementsEqual(name) } ?? false
        }
    }
}
