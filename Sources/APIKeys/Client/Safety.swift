/// How safe it is to send an operation's request a second time.
package enum Safety: Sendable, CaseIterable {
    /// Changes nothing: a GET.
    case read
    /// Has the same effect twice as once: a DELETE, a PUT, a PATCH that sets absolute values, minting a token that soon
    /// expires.
    case idempotent
    /// Makes a key or a team each time.
    case create
}
