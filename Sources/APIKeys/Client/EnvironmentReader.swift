package import Foundation

/// Reads a client's settings from environment variables.
///
/// What is missing or malformed is an error that names the variable and never shows its value. A variable that is set to
/// nothing counts as malformed: it is more often a deployment gone wrong than a choice.
package struct EnvironmentReader {
    private let provider: String
    private let environment: [String: String]

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - provider: The provider's name, for errors.
    ///   - environment: The variables.
    package init(provider: String, _ environment: [String: String]) {
        self.provider = provider
        self.environment = environment
    }

    /// A credential that has to be there.
    package func secret(_ name: String) throws(APIError) -> Secret {
        guard let secret = try secretIfPresent(name) else { throw error(name, "is not set") }
        return secret
    }

    /// A credential that may be absent.
    package func secretIfPresent(_ name: String) throws(APIError) -> Secret? {
        guard let text = environment[name] else { return nil }
        if let problem = AuthScheme.problem(inCredential: text) { throw error(name, problem) }
        return Secret(text)
    }

    /// A UUID that has to be there.
    package func uuid(_ name: String) throws(APIError) -> UUID {
        guard let text = environment[name] else { throw error(name, "is not set") }
        guard let id = UUID(uuidString: text) else { throw error(name, "is not a UUID") }
        return id
    }

    /// The configuration with the base URL that a variable names, where the configuration itself names none.
    package func configuration(
        _ configuration: ClientConfiguration, baseURL name: String
    ) throws(APIError) -> ClientConfiguration {
        guard configuration.baseURL == nil, let text = environment[name] else { return configuration }
        guard let url = URL(string: text) else { throw error(name, "is not a URL") }
        do {
            _ = try BaseURL(url)
        } catch {
            throw self.error(name, "can't be used: \(error.reason)")
        }
        var configuration = configuration
        configuration.baseURL = url
        return configuration
    }

    private func error(_ name: String, _ problem: String) -> APIError {
        APIError(
            kind: .invalidRequest("the environment variable \(name) \(problem)"), outcome: .notProcessed,
            provider: provider, operation: "init(environment:)")
    }
}
