extension String {
    /// The two parts of an `Authorization` field: the scheme in lower case, and what follows the first space.
    var schemeAndCredential: (scheme: String, credential: String) {
        let parts = split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return ((parts.first ?? "").lowercased(), parts.count > 1 ? String(parts[1]) : "")
    }
}
