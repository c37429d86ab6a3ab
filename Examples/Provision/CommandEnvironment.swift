import APIKeys
import Foundation

/// The environment of a command that is run for a key: this program's, without the credentials of any provider, and
/// without the password of the database that holds the ledger.
struct CommandEnvironment: Sendable {
    private let inherited: [String: String]

    /// Takes what a command may see of the variables of this program: nothing that is named after a provider, but for
    /// IDs and URLs, nothing of an identity provider's, and no variable of any name that repeats one of their values.
    ///
    /// - Parameters:
    ///   - variables: The variables of this program.
    ///   - usesDatabase: Whether `PGPASSWORD` is this program's own.
    init(_ variables: [String: String], usesDatabase: Bool) {
        let secret = variables.filter {
            Self.isSecret($0.key, $0.value) || usesDatabase && $0.key == "PGPASSWORD"
        }
        // Not of every name: a variable with a word such as "production" repeats no secret.
        let values = secret.filter { name, value in
            value.utf8.count >= 8
                && ["KEY", "TOKEN", "SECRET", "PASSWORD"].contains(where: name.uppercased().hasSuffix)
        }.values
        let forms = values.flatMap(Self.forms).map(Self.folded)
        inherited = variables.filter { name, value in
            let value = Self.folded(value)
            return secret[name] == nil && !forms.contains { value.firstRange(of: $0) != nil }
        }
    }

    /// A secret as it may stand in another variable: as it is, percent-encoded, and in the Base64 of a longer text,
    /// such as that of a header for basic authentication.
    private static func forms(of secret: String) -> [String] {
        let base64 = (0..<3).map { shift in
            // The characters at the ends hold bits of what is beside the secret.
            let text = Data(repeating: 0, count: shift) + Data(secret.utf8)
            return String(text.base64EncodedString().dropFirst([0, 2, 3][shift]).prefix(secret.utf8.count * 4 / 3 - 2))
        }
        return [secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret] + base64
    }

    /// The bytes of a text, ASCII in lower case: neither its case nor a mark behind it hides a secret.
    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
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
