/// Finds what a server says of an error in the JSON that it sent.
enum Reason {
    /// The members that hold a reason, the likeliest first. Neither case nor underscores count.
    static let names = [
        "message", "errordescription", "errormessage", "msg", "error", "detail", "details", "errors", "title", "reason",
        "description", "err", "fault", "faultstring", "violations", "issues", "failures",
    ]
    private static let maximumDepth = 8
    private static let maximumElements = 20

    /// The members of an object by their names in lower case, without underscores and hyphens.
    struct Members {
        private let values: [String: (name: String, value: JSONValue)]

        /// `nil` for what is no object.
        init?(_ value: JSONValue) {
            guard case .object(let members) = value else { return nil }
            values = Dictionary(
                members.map { (Self.folded($0), ($0, $1)) },
                uniquingKeysWith: { one, other in one.name > other.name ? one : other })
        }

        subscript(name: String) -> JSONValue? { values[name]?.value }

        /// The text of the first of these members that has one.
        func text(of names: [String]) -> String? {
            names.lazy.compactMap { self[$0]?.string }.first { !$0.isEmpty }
        }

        private static func folded(_ name: String) -> String {
            if name.hasOnlyBytes({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) { return name }
            return name.lowercased().filter { $0 != "_" && $0 != "-" }
        }
    }

    /// The reason in an error body, on one line; maybe without lists of entries, since they were read one by one.
    static func text(in value: JSONValue, withoutEntries: Bool) -> String? {
        text(in: value, withoutEntries, depth: 0) ?? (withoutEntries ? nil : fields(of: value))
    }

    private static func text(in value: JSONValue, _ withoutEntries: Bool, depth: Int) -> String? {
        guard depth < maximumDepth else { return nil }
        switch value {
        case .string(let text): return text.allSatisfy(\.isWhitespace) ? nil : text
        case .array(let elements):
            let texts = elements.prefix(maximumElements).compactMap { element -> String? in
                if let entry = ValidationError(element) { return withoutEntries ? nil : entry.text }
                return text(in: element, withoutEntries, depth: depth + 1)
            }
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        case .object:
            guard let members = Members(value) else { return nil }
            for name in names {
                guard let found = members[name] else { continue }
                // What Rails and others put there: an object with a list for each field.
                guard let text = text(in: found, withoutEntries, depth: depth + 1) ?? fields(of: found) else {
                    continue
                }
                // Problem details (RFC 9457) have what happened here beside the kind of problem.
                guard name == "detail" || name == "errors", let title = members.text(of: ["title"]), title != text
                else { return text }
                return "\(title): \(text)"
            }
            return nil
        case .null, .bool, .integer, .number: return nil
        }
    }

    /// The texts of an object that has a list of them for each field: `{"name": ["is taken"]}`.
    private static func fields(of value: JSONValue) -> String? {
        guard case .object(let members) = value else { return nil }
        let fields = members.sorted { $0.key < $1.key }.compactMap { name, value -> String? in
            guard case .array(let elements) = value,
                let text = text(in: .array(elements), false, depth: maximumDepth - 2)
            else { return nil }
            return "\(name): \(text)"
        }
        return fields.isEmpty ? nil : fields.prefix(maximumElements).joined(separator: "; ")
    }
}
