import Foundation

extension Target {
    /// CSV: what is written is read, and Python's `csv` reads the same.
    static let csv = Target(name: "csv") { bytes in
        let rows = try? CSV(bytes).rows
        answer(
            bytes,
            rows.flatMap { try? JSONEncoder().encode($0.map(\.fields)) }.map { String(decoding: $0, as: UTF8.self) })
        if let large = enlarged(bytes) { _ = try? CSV(large) }
        guard let rows else { return }
        for (row, next) in zip(rows, rows.dropFirst()) { expect(row.line < next.line, "rows on one line") }
        expect(rows.allSatisfy { !$0.fields.isEmpty }, "a row is empty")
        // Each line's end, and every field in quotes.
        for end in ["\n", "\r", "\r\n"] {
            // Byte by byte: to Swift, a quote and the mark behind it are one character.
            let text = rows.flatMap { row -> [UInt8] in
                Array(row.fields.map(quoted).joined(separator: [UInt8(ascii: ",")])) + Array(end.utf8)
            }
            let again = try? CSV(text).rows
            let isSame = again.map { again in
                again.count == rows.count
                    && zip(again, rows).allSatisfy { one, other in
                        one.fields.map { Array($0.utf8) } == other.fields.map { Array($0.utf8) }
                    }
            }
            expect(isSame == true, "\(rows) comes back as \(again as Any)")
        }
    }

    private static func quoted(_ field: String) -> [UInt8] {
        [0x22] + field.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
    }
}
