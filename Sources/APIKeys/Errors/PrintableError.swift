package import Foundation

/// An error whose printed form holds no secret.
package protocol PrintableError: OneDescription, LocalizedError {}

extension PrintableError {
    /// The same as ``description``.
    public var errorDescription: String? { description }
}

extension NetworkFailure: PrintableError {}
extension FileLedgerError: PrintableError {}
extension Unavailable: PrintableError {}

extension String {
    /// What may be printed of an error: its own words if they hold no secret for certain, otherwise its type alone. The
    /// text of an error that is not ours may repeat whatever its code has handled.
    package init(printing error: any Error) {
        self = (error as? any PrintableError)?.description ?? "\(type(of: error))"
    }
}
