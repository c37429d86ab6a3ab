import Foundation

/// The runs of characters by which secrets are found in a text.
///
/// A run is kept as a number of 8 bytes. A text is gone through once, byte by byte, and the last 8 are looked up: the
/// time does not depend on how many secrets there are, or on how often one begins.
struct SecretPatterns: Sendable {
    /// How many characters of a longer secret give it away.
    private static let length = 8
    /// The fewest characters of a secret's Base64 that are looked for.
    private static let shortestBase64 = 6

    /// By their length, from 1 to 8: the runs of the secrets, of which all but the longest are whole secrets.
    private var runs = [Set<UInt64>](repeating: [], count: Self.length + 1)
    private var lengths: [Int] = []
    /// For every run a bit, so that most of what is looked up costs no look into a set.
    private var filter = [UInt64](repeating: 0, count: 1024)
    /// Whether a secret holds a character that may begin an escape.
    private(set) var holdEscapes = false

    init(_ secrets: [String]) {
        for secret in secrets {
            let bytes = Array(secret.utf8)
            add(bytes)
            holdEscapes = holdEscapes || bytes.contains { DecodedText.beginsEscape($0) }
            for shift in 0..<3 { addBase64(of: bytes, shift) }
        }
        lengths = runs.indices.filter { !runs[$0].isEmpty }
    }

    var isEmpty: Bool { lengths.isEmpty }

    private mutating func add(_ bytes: [UInt8]) {
        var window = Window()
        bytes.withUnsafeBufferPointer { bytes in
            DecodedText(bytes).forEachVisible { byte, _ in
                window.add(byte)
                if window.count >= Self.length { insert(window.run, Self.length) }
            }
        }
        if window.count > 0, window.count < Self.length { insert(window.run, window.count) }
    }

    private mutating func insert(_ run: UInt64, _ length: Int) {
        runs[length].insert(run)
        let place = Self.place(of: run)
        filter[place >> 6] |= 1 << UInt64(place & 63)
    }

    /// Adds what is certain to stand in the Base64 of any data that holds a secret: its characters differ by how many
    /// bytes are in front of it, and those at its ends hold bits of its neighbors.
    private mutating func addBase64(of secret: [UInt8], _ shift: Int) {
        let data = Data([UInt8](repeating: 0, count: shift) + secret)
        let encoded = data.base64EncodedData()
        let first = (shift * 8 + 5) / 6
        let end = data.count * 8 / 6
        guard end - first >= Self.shortestBase64 else { return }
        let certain = encoded[first..<end]
        add(Array(certain))
        let forURLs = certain.map {
            $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
        }
        if !forURLs.elementsEqual(certain) { add(forURLs) }
    }

    private static func place(of run: UInt64) -> Int {
        Int((run &* 0x9E37_79B9_7F4A_7C15) >> 48)
    }

    private func holds(_ run: UInt64, _ length: Int) -> Bool {
        let place = Self.place(of: run)
        return filter[place >> 6] & 1 << UInt64(place & 63) != 0 && runs[length].contains(run)
    }

    /// Marks the bytes of a text that are a secret's, and says whether there are any.
    func mark(_ text: DecodedText, in isSecret: inout [Bool]) -> Bool {
        var window = Window()
        var hasSecret = false
        text.forEachVisible { byte, source in
            window.add(byte, source.start)
            for length in lengths where window.count >= length {
                let run = length < Self.length ? window.run & (1 << UInt64(length * 8) - 1) : window.run
                guard holds(run, length) else { continue }
                for place in window.start(length)..<source.end { isSecret[place] = true }
                hasSecret = true
            }
        }
        return hasSecret
    }

    /// The last 8 bytes of a text, and where they stood.
    private struct Window {
        private(set) var run: UInt64 = 0
        private(set) var count = 0
        private var starts: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

        mutating func add(_ byte: UInt8, _ start: Int = 0) {
            run = run << 8 | UInt64(byte)
            withUnsafeMutableBytes(of: &starts) {
                $0.storeBytes(of: start, toByteOffset: (count & 7) * 8, as: Int.self)
            }
            count += 1
        }

        /// Where the last bytes of a number begin.
        func start(_ length: Int) -> Int {
            withUnsafeBytes(of: starts) { $0.load(fromByteOffset: ((count - length) & 7) * 8, as: Int.self) }
        }
    }
}
