package import Foundation

// By hand: Foundation's text of a UUID costs ten times as much, reading it and writing it, and is in upper case.
extension UUID {
    /// The UUID in lower case, as the servers write it.
    package var wireValue: String {
        String(unsafeUninitializedCapacity: 36) { text in
            withUnsafeBytes(of: uuid) { bytes in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if Self.isGroup(index) {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = Self.digit(byte >> 4)
                    text[place + 1] = Self.digit(byte & 15)
                    place += 2
                }
                return place
            }
        }
    }

    /// Reads a UUID in either case; `nil` if the text is none.
    package static func fromWire(_ text: String) -> UUID? {
        var text = text
        let uuid = text.withUTF8 { text -> uuid_t? in
            guard text.count == 36 else { return nil }
            var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            let isRead = withUnsafeMutableBytes(of: &uuid) { bytes in
                var place = 0
                for index in bytes.indices {
                    if isGroup(index) {
                        guard text[place] == UInt8(ascii: "-") else { return false }
                        place += 1
                    }
                    guard let high = text[place].hexadecimalDigit, let low = text[place + 1].hexadecimalDigit else {
                        return false
                    }
                    bytes[index] = high << 4 | low
                    place += 2
                }
                return true
            }
            return isRead ? uuid : nil
        }
        return uuid.map { UUID(uuid: $0) }
    }

    /// Whether a hyphen stands in front of a byte.
    private static func isGroup(_ index: Int) -> Bool {
        index == 4 || index == 6 || index == 8 || index == 10
    }

    private static func digit(_ number: UInt8) -> UInt8 {
        number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
    }
}

extension UInt8 {
    /// The worth of a hexadecimal digit in either case; `nil` for any other byte.
    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
