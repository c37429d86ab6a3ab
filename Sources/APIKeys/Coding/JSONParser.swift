/// Reads JSON (RFC 8259) from bytes, once from their beginning to their end.
///
/// Written here since Foundation's decoder can't be trusted with what a server sends: on Linux some bodies end the
/// process, and half of a surrogate pair in one text makes a whole list unreadable. It goes at most 512 levels deep, so
/// that no input exhausts the stack.
struct JSONParser {
    private static let maximumDepth = 512

    private let bytes: UnsafeRawBufferPointer
    private let isLenient: Bool
    private var place: Int
    private var isBroken = false

    init(_ bytes: UnsafeRawBufferPointer, isLenient: Bool) {
        self.bytes = bytes
        self.isLenient = isLenient
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Whether everything was read, and all of it was JSON.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return !isBroken && place == bytes.count
        }
    }

    /// The value that stands here, or as much of it as there is if the bytes may be cut; `nil` if there is none.
    mutating func value() -> JSONNode? {
        let node = value(depth: 0)
        return isBroken && !isLenient ? nil : node
    }

    private mutating func value(depth: Int) -> JSONNode? {
        skipSpace()
        switch byte {
        case UInt8(ascii: "\""): return string().map { .string($0.text, isExact: $0.isExact) }
        case UInt8(ascii: "{"): return depth < Self.maximumDepth ? object(depth: depth + 1) : tooDeep()
        case UInt8(ascii: "["): return depth < Self.maximumDepth ? array(depth: depth + 1) : tooDeep()
        case UInt8(ascii: "t"): return skip("true") ? .bool(true) : broken()
        case UInt8(ascii: "f"): return skip("false") ? .bool(false) : broken()
        case UInt8(ascii: "n"): return skip("null") ? .null : broken()
        default: return number()
        }
    }

    private var byte: UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func broken<Value>() -> Value? {
        isBroken = true
        return nil
    }

    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return
            }
        }
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let isHere = text.withUTF8Buffer { bytes[place...].starts(with: $0) }
        if isHere { place += text.utf8CodeUnitCount }
        return isHere
    }

    private mutating func skipByte(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    // MARK: Containers

    private mutating func array(depth: Int) -> JSONNode? {
        place += 1
        var elements: [JSONNode] = []
        repeat {
            skipSpace()
            if skipByte("]") { return .array(elements) }
            if let element = value(depth: depth) { elements.append(element) }
            skipSpace()
        } while !isBroken && skipByte(",")
        if isBroken || !skipByte("]") { isBroken = true }
        return .array(elements)
    }

    private mutating func object(depth: Int) -> JSONNode? {
        place += 1
        var members: [JSONNode.Member] = []
        repeat {
            skipSpace()
            if skipByte("}") { return .object(members) }
            guard byte == UInt8(ascii: "\""), let name = string()?.text, skipColon() else {
                isBroken = true
                break
            }
            if let value = value(depth: depth) { members.append(.init(name: name, value: value)) }
            skipSpace()
        } while !isBroken && skipByte(",")
        if isBroken || !skipByte("}") { isBroken = true }
        return .object(members)
    }

    private mutating func skipColon() -> Bool {
        skipSpace()
        return skipByte(":")
    }

    /// Goes behind a container without calling itself.
    private mutating func tooDeep() -> JSONNode? {
        guard isLenient else { return broken() }
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard string() != nil else { return nil }
                continue
            default: break
            }
            place += 1
            if depth == 0 { return .null }
        }
        return broken()
    }

    // MARK: Values

    private mutating func number() -> JSONNode? {
        let start = place
        if isLenient, skip("NaN") || skip("Infinity") || skip("-Infinity") { return number(from: start) }
        _ = skipByte("-")
        guard skipByte("0") || skipDigits() else { return broken() }
        if skipByte("."), !skipDigits() { return broken() }
        if skipByte("e") || skipByte("E") {
            if !skipByte("+") { _ = skipByte("-") }
            guard skipDigits() else { return broken() }
        }
        return number(from: start)
    }

    private func number(from start: Int) -> JSONNode {
        .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func skipDigits() -> Bool {
        let start = place
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place > start
    }

    /// Reads the text that begins here; `nil` if it has no end.
    private mutating func string() -> (text: String, isExact: Bool)? {
        place += 1
        let start = place
        var (end, high) = (start, UInt8(0))
        while end < bytes.count, isPlain(bytes[end]) { (end, high) = (end + 1, high | bytes[end]) }
        place = end
        if skipByte("\"") {
            return Self.text(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), isASCII: high < 0x80)
        }
        var buffer = Array(bytes[start..<end])
        var isExact = true
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                let (text, isUTF8) = buffer.withUnsafeBytes { Self.text($0, isASCII: false) }
                return (text, isExact && isUTF8)
            case UInt8(ascii: "\\"):
                guard let scalar = escaped(&isExact) else { return broken() }
                buffer += String(scalar).utf8
            default:
                guard isPlain(byte) else { return broken() }
                buffer.append(byte)
            }
        }
        return broken()
    }

    /// Whether a byte stands in a text as it is.
    private func isPlain(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && (byte >= 0x20 || isLenient)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) -> (text: String, isExact: Bool) {
        let text = String(decoding: bytes, as: UTF8.self)
        return (text, isASCII || text.utf8.elementsEqual(bytes))
    }

    /// Reads what stands behind a backslash.
    private mutating func escaped(_ isExact: inout Bool) -> Unicode.Scalar? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = codeUnit() else { return nil }
            guard UTF16.isSurrogate(unit) else { return Unicode.Scalar(unit) }
            if UTF16.isLeadSurrogate(unit) {
                let here = place
                if skip("\\u"), let trail = codeUnit(), UTF16.isTrailSurrogate(trail) {
                    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
                }
                place = here
            }
            isExact = false
            return "\u{FFFD}"
        default: return nil
        }
    }

    private mutating func codeUnit() -> UInt16? {
        guard place + 4 <= bytes.count else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = byte.hexadecimalDigit else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        place += 4
        return unit
    }
}
