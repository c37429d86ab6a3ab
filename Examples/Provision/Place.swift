import Foundation

/// Which provider is called and where, as the command line and the environment say: what files are named after.
struct Place {
    let provider: Arguments.Provider
    /// Whether no credentials are there, so that a sandbox of the program's own is called.
    let isOwnSandbox: Bool
    /// What the provider's keys belong to, fit for a file's name: `junction-sandbox-us`, and the server if it is not
    /// the provider's own.
    let name: String

    init(_ arguments: Arguments, environment: [String: String]) {
        provider = arguments.provider
        let prefix = provider.rawValue.uppercased() + "_"
        // One variable of several is a mistake, and not a wish to play: the client names what is missing.
        isOwnSandbox = !environment.keys.contains { $0.hasPrefix(prefix) }
        var parts = [provider.rawValue]
        if provider == .junction { parts += [arguments.environment, arguments.region] }
        if let url = environment[prefix + "BASE_URL"] { parts.append(Self.server(url)) }
        name = parts.joined(separator: "-")
    }

    /// The host, the port and the path of a URL, without a user: `127.0.0.1-8080`.
    private static func server(_ text: String) -> String {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        var rest = text[(text.range(of: "://")?.upperBound ?? text.startIndex)...]
        rest = rest[(rest.lastIndex(of: "@").map(rest.index(after:)) ?? rest.startIndex)...].prefix {
            $0 != "?" && $0 != "#"
        }
        return rest.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == ".") }
            .joined(separator: "-")
    }
}
