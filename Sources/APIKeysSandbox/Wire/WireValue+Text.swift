import Foundation

extension WireValue {
    /// Why a value could not be written; the application then answers 500.
    struct Unwritable: Error {}

    /// The value as compact JSON, as FastAPI writes it.
    ///
    /// - Throws: ``Unwritable``.
    func text() throws(Unwritable) -> String {
        var text = ""
        try write(to: &text)
        return text
    }

    private func write(to text: inout String) throws(Unwritable) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let digits): text += digits
        case .number(let value): text += Self.text(of: value)
        case .string(let value): Self.write(value, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                try element.write(to: &text)
            }
            text += "]"
        case .object(let object):
            if object.hasUnwritableName { throw Unwritable() }
            text += "{"
            for (index, member) in object.members.enumerated() {
                if index > 0 { text += "," }
                Self.write(member.name, to: &text)
                text += ":"
                try member.value.write(to: &text)
            }
            text += "}"
        case .unwritable: throw Unwritable()
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text.unicodeScalars.append("\"")
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text.unicodeScalars.append("\"")
    }

    /// A number as Python's `repr` has it: an exponent below 1e-4 and from 1e16 on, of at least two digits.
    private static func text(of value: Double) -> String {
        let plain = "\(value)"
        let sign = plain.hasPrefix("-") ? "-" : ""
        let parts = plain.drop { $0 == "-" }.split(separator: "e")
        let mantissa = parts.first.map(String.init) ?? "0"
        let places = mantissa.split(separator: ".").map(String.init)
        let (whole, fraction) = (places.first ?? "0", places.count > 1 ? places[1] : "")
        let digits = String((whole + fraction).drop { $0 == "0" })
        guard !digits.isEmpty else { return sign + "0.0" }
        // The place of the decimal point, counted from the first digit that is not zero.
        let zeros = (whole + fraction).count - digits.count
        let point = whole.count - zeros + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let significant = trimmingZeros(digits)
        if point > 16 || point < -3 {
            let exponent = point - 1
            let size = String(exponent.magnitude)
            let rest = significant.dropFirst()
            return sign + significant.prefix(1) + (rest.isEmpty ? "" : "." + rest) + (exponent < 0 ? "e-" : "e+")
                + (size.count < 2 ? "0" : "") + size
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + significant }
        if significant.count <= point {
            return sign + significant + String(repeating: "0", count: point - significant.count) + ".0"
        }
        return sign + significant.prefix(point) + "." + significant.dropFirst(point)
    }

    private static func trimmingZeros(_ digits: String) -> String {
        var digits = digits
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return digits
    }
}
