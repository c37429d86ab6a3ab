import APIKeys
import Foundation

/// A line of the file of items.
struct Item: ProvisioningItem {
    let id: String
    let label: String
    let teamID: UUID?
}

extension Item {
    /// Reads a ``CSV`` file whose header names the columns.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - needsTeam: Whether each item must have a team.
    /// - Returns: The items, in the file's order.
    /// - Throws: ``Problem``, which names the file, the line and the column.
    static func all(in url: URL, needsTeam: Bool) throws(Problem) -> [Item] {
        let path = url.relativePath
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw Problem("\(path) cannot be read; is it there, and may you read it?")
        }
        do throws(Problem) {
            return try items(try CSV(data), needsTeam: needsTeam)
        } catch {
            throw Problem("\(path), \(error)")
        }
    }

    private static func items(_ csv: CSV, needsTeam: Bool) throws(Problem) -> [Item] {
        var rows = csv.rows[...]
        guard let header = rows.popFirst() else {
            throw Problem("line 1: the file is empty; its first line must be the header \(Self.header(needsTeam))")
        }
        func column(_ name: String, isRequired: Bool) throws(Problem) -> Int? {
            let places = header.fields.indices.filter { header.fields[$0] == name }
            guard places.count < 2 else { throw Problem("line \(header.line): the column \(name) is there twice") }
            guard !isRequired || places.count == 1 else {
                throw Problem(
                    "line \(header.line): there is no column \(name); the header must be \(Self.header(needsTeam))")
            }
            return places.first
        }
        let (id, label) = (try column("id", isRequired: true), try column("label", isRequired: true))
        let team = try column("team_id", isRequired: needsTeam)
        var items: [Item] = []
        for row in rows {
            guard row.fields.count == header.fields.count else {
                throw Problem(
                    "line \(row.line): the line has \(row.fields.count) fields, and the header \(header.fields.count); "
                        + "a field that holds a comma must stand in quotes")
            }
            let teamID = team.flatMap { uuid(row.fields[$0]) }
            guard teamID != nil || !needsTeam else {
                throw Problem(
                    "line \(row.line), column team_id: this is not a UUID; write it as "
                        + "3c90c3cc-0d44-4b50-8888-8dd25736052a")
            }
            items.append(
                Item(id: try text(row, id, "id"), label: try text(row, label, "label"), teamID: teamID))
        }
        return items
    }

    private static func header(_ needsTeam: Bool) -> String {
        "id,label" + (needsTeam ? ",team_id" : "")
    }

    /// A field that may stand in an environment variable, in a line of a log and in a label.
    private static func text(_ row: CSV.Row, _ column: Int?, _ name: String) throws(Problem) -> String {
        let text = column.map { row.fields[$0] } ?? ""
        let place = "line \(row.line), column \(name)"
        guard !text.allSatisfy(\.isWhitespace) || text.unicodeScalars.contains(where: isControl) else {
            throw Problem("\(place): the \(name) is empty; give each item one")
        }
        if let scalar = text.unicodeScalars.first(where: isControl) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let name = "U+" + String(repeating: "0", count: max(4 - code.count, 0)) + code
            throw Problem("\(place): the text holds the control character or line break \(name); remove it")
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    /// The UUID of a text; `nil` for one that is none. Foundation takes more than that on Linux.
    private static func uuid(_ text: String) -> UUID? {
        let isWellFormed =
            text.utf8.count == 36
            && zip(0..., text.utf8).allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place)
                    ? byte == UInt8(ascii: "-") : Character(Unicode.Scalar(byte)).isHexDigit
            }
        return isWellFormed ? UUID(uuidString: text) : nil
    }
}
