import APIKeysTesting

/// Bytes that are nearly requests, or nothing like one.
enum Mutation {
    /// One of the texts with some bytes changed, removed, doubled or inserted; now and then bytes at random.
    static func bytes(from texts: [String], using generator: inout SeededGenerator) -> [UInt8] {
        if Int.random(in: 0..<8, using: &generator) == 0 {
            return (0..<Int.random(in: 0..<200, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        }
        var bytes = Array((texts.randomElement(using: &generator) ?? "").utf8)
        let telling = Array("\r\n \t:;,0aG/%\0\u{7F}".utf8) + [0xFF, 0x80]
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &generator)
            let byte = telling.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = byte
            case 1: bytes[place] = .random(in: 0...255, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(byte, at: place)
            default: bytes.append(contentsOf: bytes[place...])
            }
        }
        return bytes
    }
}
