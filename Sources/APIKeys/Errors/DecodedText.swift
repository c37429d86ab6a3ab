/// A text with its escapes undone, of which every byte knows where it came from.
struct DecodedText {
    /// A byte, and the bytes of the source that it stands for.
    struct Unit {
        var byte: UInt8
        var start: Int
        var end: Int
    }

    enum Escape: CaseIterable {
        case percent, json, html

        fileprivate var lead: UInt8 {
            switch self {
            case .percent: UInt8(ascii: "%")
            case .json: UInt8(ascii: "\\")
            case .html: UInt8(ascii: "&")
            }
        }
    }

    /// How many escapes within escapes are undone.
    private static let maximumDepth = 3

    private(set) var units: [Unit]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        units = []
        units.reserveCapacity(bytes.count)
        for place in bytes.indices { units.append(Unit(byte: bytes[place], start: place, end: place + 1)) }
    }

    /// Whether a byte may begin an escape.
    static func beginsEscape(_ byte: UInt8) -> Bool {
        Escape.allCases.contains { $0.lead == byte }
    }

    /// A text as it is, with its escapes undone, and with those undone that are then there.
    ///
    /// Each kind of escape is undone separately too if what is looked for holds what looks like one.
    static func layers(of bytes: UnsafeBufferPointer<UInt8>, separately: Bool) -> [DecodedText] {
        let source = DecodedText(bytes)
        var layers = [source]
        for _ in 0..<maximumDepth {
            guard let next = layers.last?.decoded(Escape.allCases) else { break }
            layers.append(next)
        }
        if separately, layers.count > 1 { layers += Escape.allCases.compactMap { source.decoded([$0]) } }
        return layers
    }

    /// The text with escapes undone; `nil` if it has none.
    private func decoded(_ escapes: [Escape]) -> DecodedText? {
        var result: [Unit] = []
        let hasEscapes = units.withUnsafeBufferPointer { units -> Bool in
            let reader = EscapeReader(units)
            var (copied, place) = (0, 0)
            while place < units.count {
                let byte = units[place].byte
                guard let escape = escapes.first(where: { $0.lead == byte }),
                    let (value, end) = reader.read(escape, at: place)
                else {
                    place += 1
                    continue
                }
                result += units[copied..<place]
                let (from, to) = (units[place].start, units[end - 1].end)
                switch value {
                case .byte(let byte): result.append(Unit(byte: byte, start: from, end: to))
                case .scalar(let scalar):
                    for byte in String(scalar).utf8 { result.append(Unit(byte: byte, start: from, end: to)) }
                }
                (copied, place) = (end, end)
            }
            if copied > 0 { result += units[copied...] }
            return copied > 0
        }
        guard hasEscapes else { return nil }
        var text = self
        text.units = result
        return text
    }

    /// Calls a closure with the bytes that can be seen: letters of ASCII in lower case, a space as the plus that stands
    /// for one in a form; no control characters, no marks, nothing of no width, nothing that is not UTF-8.
    func forEachVisible(_ body: (_ byte: UInt8, _ source: (start: Int, end: Int)) -> Void) {
        units.withUnsafeBufferPointer { units in
            var place = 0
            while place < units.count {
                let unit = units[place]
                switch unit.byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): body(unit.byte | 0x20, (unit.start, unit.end))
                case UInt8(ascii: " "): body(UInt8(ascii: "+"), (unit.start, unit.end))
                case 0x21...0x7E: body(unit.byte, (unit.start, unit.end))
                case 0x80...:
                    if let (scalar, count) = Self.scalar(units, at: place) {
                        if scalar.isVisible {
                            for unit in units[place..<place + count] { body(unit.byte, (unit.start, unit.end)) }
                        }
                        place += count - 1
                    }
                default: break
                }
                place += 1
            }
        }
    }

    /// The scalar outside ASCII that begins at a place, and how many bytes it has.
    private static func scalar(_ units: UnsafeBufferPointer<Unit>, at place: Int) -> (Unicode.Scalar, count: Int)? {
        let count: Int
        var value: UInt32
        switch units[place].byte {
        case 0xC2...0xDF: (count, value) = (2, UInt32(units[place].byte & 0x1F))
        case 0xE0...0xEF: (count, value) = (3, UInt32(units[place].byte & 0x0F))
        case 0xF0...0xF4: (count, value) = (4, UInt32(units[place].byte & 0x07))
        default: return nil
        }
        guard place + count <= units.count else { return nil }
        for unit in units[(place + 1)..<(place + count)] {
            guard unit.byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(unit.byte & 0x3F)
        }
        return Unicode.Scalar(value).map { ($0, count) }
    }
}

extension Unicode.Scalar {
    /// Whether it takes a place of its own in a line, unlike a mark, a control character, or what has no width; U+FFFD
    /// stands for what was not readable, and counts as nothing.
    fileprivate var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .nonspacingMark, .spacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator:
            false
        default: self != "\u{FFFD}" && !properties.isDefaultIgnorableCodePoint
        }
    }
}
