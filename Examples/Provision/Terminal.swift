import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What shows the standard output.
enum Terminal {
    /// Whether the standard output is a terminal.
    static var isOutput: Bool { isatty(1) == 1 }

    /// How many columns the terminal has; 80 if it does not say.
    static var columns: Int {
        var size = winsize()
        return ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}

extension String {
    /// How many columns a terminal needs for the text, about: East Asian characters and emoji take two.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text, cut at its end so that it fits: `a-long-na…`.
    func cut(to limit: Int) -> String {
        guard columns > limit else { return self }
        var (text, used) = ("", 1)
        for character in self {
            used += character.columns
            guard used <= limit else { break }
            text.append(character)
        }
        return limit > 0 ? text + "…" : ""
    }

    /// The text, filled with spaces.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(width - columns, 0)) }
}

extension Character {
    fileprivate var columns: Int {
        let isWide = unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                true
            default: scalar.properties.isEmojiPresentation
            }
        }
        return isWide ? 2 : 1
    }
}
