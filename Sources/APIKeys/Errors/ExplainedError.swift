/// Why a provider's module can't take a response for what it says, in words that become ``APIError/message``.
package protocol ExplainedError: Error {
    /// The reason, without any secret.
    var explanation: String { get }
}
