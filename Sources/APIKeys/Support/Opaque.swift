/// A type at which reflection ends.
///
/// It holds a credential, a transport, a closure or a session. A log collector that walks its mirror would print the
/// secret in a closure's context, or die in the memory of a session that is at work.
package protocol Opaque: CustomReflectable {}

extension Opaque {
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension FileLedger: Opaque {}
extension MiddlewareNext: Opaque {}
extension OAuthClientCredentials: Opaque {}
extension PagedSequence: Opaque {}
extension PagedSequence.AsyncIterator: Opaque {}
extension PagedSequence.Pages: Opaque {}
extension PagedSequence.Pages.AsyncIterator: Opaque {}
extension Provisioning: Opaque {}
extension Provisioning.Events: Opaque {}
extension Provisioning.Events.AsyncIterator: Opaque {}
extension RefreshingCredential: Opaque {}
extension URLSessionTransport: Opaque {}
