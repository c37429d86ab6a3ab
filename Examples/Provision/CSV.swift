import Foundation

/// A CSV file, read as Python's `csv.reader` reads it from a file that was opened with `newline=""` and `utf-8-sig`:
/// rows end with LF, CR or CR LF, a quoted field may hold any of them, and a byte order mark at the beginning is none
/// of the text.
///
/// Where Python makes a field of what stands behind a quote that nobody closes, this is an error.
struct CSV {
    struct Row {
        /// The number of the line that the row begins on.
        let line: Int
        let fields: [String]
    }

    /// The rows that are not empty.
    private(set) var rows: [Row] = []

    private enum State {
        case startOfRow, startOfField, unquoted, quoted
        /// Behind a quote in a quoted field: its end, or the first of two that stand for one.
        case behindQuote
    }

    private var state = State.startOfRow
    private var field: [UInt8] = []
    private var fields: [String] = []
    /// The line at hand, and the one that the row at hand begins on.
    private var (line, first) = (1, 1)

    /// Reads a file's bytes.
    ///
    /// - Throws: ``Problem``, which names the line.
    init(_ data: some Collection<UInt8>) throws(Problem) {
        let (lf, cr) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        var bytes = Array(data)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        while let byte = bytes.popFirst() {
            guard byte == lf || byte == cr else {
                try read(byte)
                continue
            }
            line += 1
            let isPair = byte == cr && bytes.first == lf
            if isPair { bytes.removeFirst() }
            if state == .quoted {
                field += isPair ? [cr, lf] : [byte]
            } else {
                try endRow()
            }
        }
        guard state != .quoted else { throw Problem("line \(first): a quote is not closed") }
        if state != .startOfRow { try endRow() }
    }

    /// Reads a byte that is no line's end.
    private mutating func read(_ byte: UInt8) throws(Problem) {
        let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
        switch (state, byte) {
        case (.quoted, quote): state = .behindQuote
        case (.startOfRow, quote), (.startOfField, quote): state = .quoted
        case (.behindQuote, quote):
            field.append(quote)
            state = .quoted
        case (.quoted, _): field.append(byte)
        case (_, comma):
            try endField()
            state = .startOfField
        default:
            field.append(byte)
            state = .unquoted
        }
    }

    private mutating func endField() throws(Problem) {
        let text = String(decoding: field, as: UTF8.self)
        guard text.utf8.elementsEqual(field) else { throw Problem("line \(first): the text is not UTF-8") }
        fields.append(text)
        field = []
    }

    private mutating func endRow() throws(Problem) {
        if state != .startOfRow {
            try endField()
            rows.append(Row(line: first, fields: fields))
        }
        (fields, first, state) = ([], line, .startOfRow)
    }
}
