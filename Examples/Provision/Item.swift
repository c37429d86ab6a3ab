import APIKeys
import Foundation

/// A line of the file of items.
struct Item: ProvisioningItem {
    let id: String
    let label: String
    let teamID: UUID?
}

extension Item {
    /// Why a file of items cannot be read.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads a CSV file (RFC 4180) whose header names the columns.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - needsTeam: Whether each item must have a team.
    /// - Returns: The items, in the file's order.
    /// - Throws: ``Problem``, with the number of the line.
    static func all(in url: URL, needsTeam: Bool) throws(Problem) -> [Item] {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw Problem(description: "\(url.path) cannot be read as UTF-8 text")
        }
        var rows = try rows(of: text)[...]
        guard let header = rows.popFirst()?.fields else { throw Problem(description: "\(url.path) is empty") }
        func column(_ name: String) -> Int? { header.firstIndex(of: name) }
        guard let id = column("id"), let label = column("label") else {
            throw Problem(description: "line 1: the header must have the columns id and label")
        }
        let team = column("team_id")
        guard team != nil || !needsTeam else {
            throw Problem(description: "line 1: the header must have the column team_id")
        }
        var items: [Item] = []
        for (line, fields) in rows {
            guard fields.count == header.count else {
                throw Problem(description: "line \(line): \(fields.count) fields; the header has \(header.count)")
            }
            guard !fields[id].isEmpty else { throw Problem(description: "line \(line): the id is empty") }
            let teamID = team.flatMap { UUID(uuidString: fields[$0]) }
            guard teamID != nil || !needsTeam else {
                throw Problem(description: "line \(line): team_id is not a UUID")
            }
            items.append(Item(id: fields[id], label: fields[label], teamID: teamID))
        }
        return items
    }

    /// The rows that are not empty, each with the number of the line that it begins on.
    private static func rows(of text: String) throws(Problem) -> [(line: Int, fields: [String])] {
        var rows: [(line: Int, fields: [String])] = []
        var (fields, field, isQuoted, wasQuoted) = ([String](), "", false, false)
        var (line, first) = (1, 1)
        var characters = text.unicodeScalars.filter { $0 != "\u{FEFF}" && $0 != "\r" }[...]
        if characters.last != "\n" { characters.append("\n") }
        while let character = characters.popFirst() {
            if character == "\n" { line += 1 }
            if isQuoted {
                if character != "\"" {
                    field.unicodeScalars.append(character)
                } else if characters.first == "\"" {
                    field.unicodeScalars.append("\"")
                    characters.removeFirst()
                } else {
                    isQuoted = false
                }
            } else if character == "\"", field.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else if character == "," || character == "\n" {
                fields.append(field)
                (field, wasQuoted) = ("", false)
                guard character == "\n" else { continue }
                if fields != [""] { rows.append((first, fields)) }
                (fields, first) = ([], line)
            } else {
                field.unicodeScalars.append(character)
            }
        }
        guard !isQuoted else { throw Problem(description: "line \(first): a quote is not closed") }
        return rows
    }
}
