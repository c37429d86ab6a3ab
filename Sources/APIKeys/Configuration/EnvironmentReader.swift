package import Foundation

/// Reads a client's settings from environment variables.
///
/// White space around a value, such as the line break that ends a file, is trimmed. A value in quotes, or a credential
/// behind a scheme such as `Bearer`, is refused: a server would answer with a 401 that doesn't say why. An empty value
/// is refused too, since it is more often a failed deployment than a choice. Errors name the variable and never show
/// its value.
package struct EnvironmentReader {
    private let provider: String
    private let environment: [String: String]

    package init(provider: String, _ environment: [String: String]) {
        self.provider = provider
        self.environment = environment
    }

    /// A required credential.
    package func secret(_ name: String) throws(APIError) -> Secret {
        guard let secret = try secretIfPresent(name) else { throw error(name, "is not set") }
        return secret
    }

    /// An optional credential.
    package func secretIfPresent(_ name: String) throws(APIError) -> Secret? {
        guard let text = try value(name) else { return nil }
        if let problem = AuthScheme.problem(inCredential: text) { throw error(name, problem) }
        if text.contains(where: \.isWhitespace) {
            throw error(name, "holds white space; set it to the credential alone, without a scheme such as Bearer")
        }
        return Secret(text)
    }

    /// A required UUID.
    package func uuid(_ name: String) throws(APIError) -> UUID {
        guard let text = try value(name) else { throw error(name, "is not set") }
        guard let id = UUID.fromWire(text) else { throw error(name, "is not a UUID") }
        return id
    }

    /// The configuration, with the base URL of a variable unless it has one of its own.
    package func configuration(
        _ configuration: ClientConfiguration, baseURL name: String
    ) throws(APIError) -> ClientConfiguration {
        guard configuration.baseURL == nil, let text = try value(name) else { return configuration }
        guard let url = URL(string: text) else { throw error(name, "is not a URL: \(BaseURL.beginning)") }
        do {
            _ = try BaseURL(url)
        } catch {
            throw self.error(name, "can't be used: \(error.reason)")
        }
        var configuration = configuration
        configuration.baseURL = url
        return configuration
    }

    private func value(_ name: String) throws(APIError) -> String? {
        guard let text = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) else { return nil }
        if text.isEmpty { throw error(name, "is empty") }
        let quotes = "\"'`“”‘’".unicodeScalars
        if [text.unicodeScalars.first, text.unicodeScalars.last].contains(where: { $0.map(quotes.contains) == true }) {
            throw error(name, "begins or ends with a quote; set it to the value alone")
        }
        return text
    }

    private func error(_ name: String, _ problem: String) -> APIError {
        APIError(
            kind: .invalidRequest("the environment variable \(name) \(problem)"), outcome: .notProcessed,
            provider: provider, operation: "init(processEnvironment:)")
    }
}
