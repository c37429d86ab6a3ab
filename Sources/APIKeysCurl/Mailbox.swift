import APIKeys
import CAPIKeysCurl

/// What other threads ask of a loop's thread.
// Unchecked: `multi` is only woken here, which libcurl allows from any thread, and never after its loop was told to
// stop.
final class Mailbox: @unchecked Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
    }

    private struct State: Sendable {
        var commands: [Command] = []
        var isStopping = false
        /// Whether the thread has been woken and has not looked since.
        var isWoken = false
        var isDeaf = false
    }

    private let state = Locked(State())
    private let multi: OpaquePointer

    init(_ multi: OpaquePointer) {
        self.multi = multi
    }

    /// Whether the thread could not be woken: something has closed the descriptors of it.
    var isDeaf: Bool { state.withLock { $0.isDeaf } }

    /// Leaves a command, or asks the thread to stop, which is the last that may be asked.
    ///
    /// - Returns: Whether the thread was woken. If not, a transfer is not started; other commands wait until it looks.
    @discardableResult
    func post(_ command: Command?) -> Bool {
        state.withLock { state in
            // With the lock held: once the thread has seen that it is to stop, `multi` is gone.
            if !state.isWoken, !ccurl_multi_wakeup(multi) { state.isDeaf = true } else { state.isWoken = true }
            switch command {
            case .start where !state.isWoken: break
            case .some(let command): state.commands.append(command)
            case nil: state.isStopping = true
            }
            return state.isWoken
        }
    }

    /// Takes what has come since the last time.
    func take() -> (commands: [Command], isStopping: Bool) {
        state.withLock { state in
            state.isWoken = false
            let commands = state.commands
            if !commands.isEmpty { state.commands = [] }
            return (commands, state.isStopping)
        }
    }
}
