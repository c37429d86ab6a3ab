import APIKeys
import Foundation

/// The environment of a command that is run for a key: this program's, without the credentials of any provider.
struct CommandEnvironment: Sendable {
    private let inherited: [String: String]

    /// Takes what a command may see of the variables of this program: nothing that is named after a provider, but for
    /// IDs and URLs, nothing of an identity provider's, and no variable of any name that repeats one of their values.
    init(_ variables: [String: String]) {
        let secret = variables.filter { Self.isSecret($0.key, $0.value) }
        // Not of every name: a variable with a word such as "production" repeats no secret.
        let values = secret.filter { name, value in
            value.utf8.count >= 8
                && ["KEY", "TOKEN", "SECRET", "PASSWORD"].contains(where: name.uppercased().hasSuffix)
        }.values
        inherited = variables.filter { name, value in
            secret[name] == nil && !values.contains { value.contains($0) }
        }
    }

    /// The variables of a command for a key of an item, as `NAME=value`.
    func variables(_ item: Item, _ key: IssuedKey) -> [String] {
        var variables = inherited
        variables["ITEM_ID"] = item.id
        variables["ITEM_LABEL"] = item.label
        variables["KEY_ID"] = key.id
        variables["KEY_SEQUENCE"] = key.sequence.map { "\($0)" }
        variables["TEAM_ID"] = item.teamID?.uuidString.lowercased()
        return variables.map { "\($0)=\($1)" }
    }

    private static func isSecret(_ name: String, _ value: String) -> Bool {
        let name = name.uppercased()
        guard ["JUNCTION_", "BASETEN_", "IMTEGRATE_", "NEKUDA_", "OAUTH_", "AUTH0_"].contains(where: name.hasPrefix)
        else { return false }
        // A URL with a user may hold a password.
        return
            !(name.hasSuffix("_ORG_ID") || name.hasSuffix("_TEAM_ID")
            || name.hasSuffix("_BASE_URL") && !value.contains("@"))
    }
}
