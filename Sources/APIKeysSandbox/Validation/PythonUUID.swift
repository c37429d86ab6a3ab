import Foundation

/// Reads a UUID as pydantic does: 32 hexadecimal digits, or with hyphens, or with hyphens in braces or behind
/// `urn:uuid:`. A refusal says what is wrong in pydantic's words.
enum PythonUUID {
    /// What is wrong with a text.
    struct Problem: Error, Hashable {
        let text: String
    }

    private static let prefix = "urn:uuid:"
    private static let groupLengths = [8, 4, 4, 4, 12]
    /// Where each group begins in a text with hyphens.
    private static let groupStarts = [0, 9, 14, 19, 24]

    static func read(_ text: String) -> Result<UUID, Problem> {
        let isBraced = text.utf8.count > 1 && text.begins(with: "{") && text.utf8.last == UInt8(ascii: "}")
        let isPrefixed = text.begins(with: prefix)
        let scalars = text.unicodeScalars
        switch text.utf8.count {
        case 32:
            if let id = uuid(digits: text) { return .success(id) }
        case 36:
            return hyphenated(scalars[...])
        case 38 where isBraced:
            return hyphenated(scalars.dropFirst().dropLast())
        case 45 where isPrefixed:
            return hyphenated(scalars.dropFirst(prefix.count))
        case 46...:
            return .failure(Problem(text: "invalid length: found \(text.utf8.count)"))
        default: break
        }
        if isBraced { return .failure(problem(in: scalars.dropFirst().dropLast(), of: text, offset: 1)) }
        if isPrefixed { return .failure(problem(in: scalars.dropFirst(prefix.count), of: text, offset: prefix.count)) }
        return .failure(problem(in: scalars[...], of: text, offset: 0))
    }

    /// Reads 36 bytes that have to have hyphens.
    private static func hyphenated(_ text: Substring.UnicodeScalarView) -> Result<UUID, Problem> {
        let hyphens = text.enumerated().filter { $0.element == "-" }.map(\.offset)
        if hyphens == groupStarts.dropFirst().map({ $0 - 1 }),
            let id = uuid(digits: String(String.UnicodeScalarView(text.filter { $0 != "-" })))
        {
            return .success(id)
        }
        return .failure(problem(in: text, of: nil, offset: 0))
    }

    private static func uuid(digits: String) -> UUID? {
        guard digits.utf8.count == 32, digits.utf8.allSatisfy(isDigit) else { return nil }
        var rest = digits[...]
        let groups = groupLengths.map { length in
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length)
        }
        return UUID(uuidString: groups.joined(separator: "-"))
    }

    /// What is wrong with a text that is no UUID.
    ///
    /// - Parameters:
    ///   - inner: The text without what stands around it.
    ///   - whole: The text with it; `nil` where `inner` has to have hyphens.
    ///   - offset: Where `inner` begins.
    /// - Returns: The problem, in pydantic's words.
    private static func problem(in inner: Substring.UnicodeScalarView, of whole: String?, offset: Int) -> Problem {
        var (index, hyphens) = (0, [Int]())
        for scalar in inner {
            if scalar == "-" {
                hyphens.append(index)
            } else if !scalar.isASCII || !isDigit(UInt8(truncatingIfNeeded: scalar.value)) {
                return Problem(text: "invalid character: found `\(scalar)` at \(index + offset)")
            }
            index += UTF8.width(scalar)
        }
        let length = whole?.utf8.count ?? index
        if hyphens.isEmpty, whole != nil, offset == 0 { return Problem(text: "invalid length: found \(length)") }
        guard hyphens.count == 4 else {
            return Problem(text: "invalid group count: expected 5, found \(hyphens.count + 1)")
        }
        let ends = hyphens + [length]
        let lengths = zip(ends, groupStarts).map { $0 - $1 }
        let wrong = lengths.indices.first { $0 == 4 || lengths[$0] != groupLengths[$0] } ?? 4
        return Problem(
            text: "invalid group length in group \(wrong): expected \(groupLengths[wrong]), found \(lengths[wrong])")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
