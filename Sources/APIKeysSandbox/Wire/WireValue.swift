/// A JSON value as Python's `json` reads and writes it: the members of an object keep their order, an integer keeps all
/// of its digits, and what Python takes in but does not give out again is known as such.
///
/// `JSONValue` keeps neither order nor digits, and a validation answer has to repeat a value as it was sent.
indirect enum WireValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// An integer's digits, with its sign.
    case integer(String)
    case number(Double)
    case string(String)
    case array([WireValue])
    case object(WireObject)
    /// What Python reads and then fails to write: `NaN`, an infinity, half of a surrogate pair, bytes that are no text.
    case unwritable

    /// The text, where this is a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, where this is an array.
    var array: [WireValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The string, or `null` where there is none.
    static func optional(_ text: String?) -> WireValue {
        text.map { .string($0) } ?? .null
    }

    /// An array of strings.
    static func strings(_ texts: [String]) -> WireValue {
        .array(texts.map { .string($0) })
    }
}

extension WireValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    init(stringLiteral value: String) { self = .string(value) }

    init(arrayLiteral elements: WireValue...) { self = .array(elements) }

    init(dictionaryLiteral elements: (String, WireValue)...) { self = .object(WireObject(elements)) }

    init(booleanLiteral value: Bool) { self = .bool(value) }

    init(integerLiteral value: Int) { self = .integer(String(value)) }
}
