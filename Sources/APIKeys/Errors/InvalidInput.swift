/// Why a request can't be sent as it was asked for. Becomes ``APIError/Kind/invalidRequest(_:)``.
package struct InvalidInput: Error {
    /// Names the field and the rule; never shows a secret.
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
