import Foundation

/// The public types that have values, such as `APIKeys.APIError.Kind`, and the calls of the clients, such as
/// `JunctionClient.createTeamAPIKey`, as the lists in `.github/api` have them. `.ci/api` holds those against the
/// compiler's.
enum PublicInterface {
    static func names() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../.github/api")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }.flatMap { list in
                names(
                    in: try String(contentsOf: list, encoding: .utf8),
                    of: list.deletingPathExtension().lastPathComponent)
            }
    }

    /// A declaration stands in a line, and four spaces further in than the type that it is in.
    private static func names(in list: String, of module: String) -> [String] {
        var (names, path, namespaces) = ([String](), [String](), Set<String>())
        for line in list.split(separator: "\n") {
            let words = line.split(whereSeparator: { " :(<".contains($0) }).filter { $0 != "final" && $0.first != "@" }
                .map(String.init)
            guard words.count > 1 else { continue }
            path.removeSubrange(min(path.count, line.prefix { $0 == " " }.count / 4)...)
            let type = ([module] + path).joined(separator: ".")
            switch words[0] {
            case "func" where path.count == 1 && path[0].hasSuffix("Client"): names.append("\(path[0]).\(words[1])")
            // An enumeration without cases is a namespace.
            case "case" where namespaces.remove(type) != nil: names.append(type)
            case "enum": namespaces.insert("\(type).\(words[1])")
            case "struct", "class": names.append("\(type).\(words[1])")
            default: break
            }
            path.append(words[1])
        }
        return names
    }
}
