import Foundation

/// Reads JSON as Python's `json` does, and says in its words what is wrong where.
struct PythonJSON {
    /// Why a body is not read.
    enum Failure: Error, Hashable {
        /// It is no JSON; the position counts code points.
        case invalid(String, position: Int)
        /// Its bytes are no text, its numbers too long or its arrays and objects too deep.
        case unreadable
    }

    /// How deep arrays and objects may nest. Python goes on to nearly 1000, depending on how deep its stack is already;
    /// here a thread's stack may be as small as half a megabyte.
    private static let maximumDepth = 200
    /// How many digits an integer may have.
    private static let maximumDigits = 4300

    let points: [UInt32]
    var place = 0
    private var depth = 0

    /// Reads a body.
    ///
    /// - Throws: ``Failure``.
    static func value(in body: Data) throws(Failure) -> WireValue {
        guard let text = PythonText(body) else { throw .unreadable }
        var reader = PythonJSON(points: text.points)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.place == reader.points.count else { throw .invalid("Extra data", position: reader.place) }
        return value
    }

    private init(points: [UInt32]) {
        self.points = points
    }

    /// The character at the place, or one further on; `nil` behind the end and for half of a surrogate pair.
    func character(_ offset: Int = 0) -> Unicode.Scalar? {
        place + offset < points.count ? Unicode.Scalar(points[place + offset]) : nil
    }

    private mutating func skip(_ literal: String) -> Bool {
        let wanted = literal.unicodeScalars.map(\.value)
        guard points[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func skipSpace() {
        while let character = character(), " \t\n\r".unicodeScalars.contains(character) { place += 1 }
    }

    private mutating func value() throws(Failure) -> WireValue {
        switch character() {
        case "\"":
            place += 1
            return try string().map { .string($0) } ?? .unwritable
        case "{": return try nested { reader throws(Failure) in try reader.object() }
        case "[": return try nested { reader throws(Failure) in try reader.array() }
        case "n" where skip("null"): return .null
        case "t" where skip("true"): return .bool(true)
        case "f" where skip("false"): return .bool(false)
        case "N" where skip("NaN"), "I" where skip("Infinity"), "-" where skip("-Infinity"): return .unwritable
        default: return try number()
        }
    }

    private mutating func nested(
        _ read: (inout PythonJSON) throws(Failure) -> WireValue
    ) throws(Failure) -> WireValue {
        guard depth < Self.maximumDepth else { throw .unreadable }
        depth += 1
        place += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(Failure) -> WireValue {
        var elements: [WireValue] = []
        skipSpace()
        if skip("]") { return .array([]) }
        while true {
            elements.append(try value())
            skipSpace()
            if skip("]") { return .array(elements) }
            guard skip(",") else { throw .invalid("Expecting ',' delimiter", position: place) }
            skipSpace()
        }
    }

    private mutating func object() throws(Failure) -> WireValue {
        var object = WireObject()
        skipSpace()
        if skip("}") { return .object(object) }
        while true {
            guard skip("\"") else {
                throw .invalid("Expecting property name enclosed in double quotes", position: place)
            }
            let name = try string()
            skipSpace()
            guard skip(":") else { throw .invalid("Expecting ':' delimiter", position: place) }
            skipSpace()
            let value = try value()
            if let name { object[name] = value } else { object.hasUnwritableName = true }
            skipSpace()
            if skip("}") { return .object(object) }
            guard skip(",") else { throw .invalid("Expecting ',' delimiter", position: place) }
            skipSpace()
        }
    }

    private mutating func number() throws(Failure) -> WireValue {
        let start = place
        _ = skip("-")
        let whole = digits()
        guard whole > 0 else {
            place = start
            throw .invalid("Expecting value", position: place)
        }
        if points[place - whole] == 0x30 { place += 1 - whole }
        let isInteger = !(skipFraction() || skipExponent())
        if !isInteger { _ = skipExponent() }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: points[start..<place].compactMap(Unicode.Scalar.init))
        if isInteger {
            guard text.count <= Self.maximumDigits + (text.first == "-" ? 1 : 0) else { throw .unreadable }
            return .integer(String(text) == "-0" ? "0" : String(text))
        }
        let value = Double(String(text)) ?? .infinity
        return value.isFinite ? .number(value) : .unwritable
    }

    /// Skips digits and says how many.
    private mutating func digits() -> Int {
        let start = place
        while let character = character(), ("0"..."9").contains(character) { place += 1 }
        return place - start
    }

    private mutating func skipFraction() -> Bool {
        guard character() == ".", let next = character(1), ("0"..."9").contains(next) else { return false }
        place += 1
        return digits() > 0
    }

    private mutating func skipExponent() -> Bool {
        let start = place
        if skip("e") || skip("E") {
            _ = skip("+") || skip("-")
            if digits() > 0 { return true }
        }
        place = start
        return false
    }
}
