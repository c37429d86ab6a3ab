import APIKeys
import CAPIKeysCurl

/// What other threads ask of a loop's thread.
// Unchecked: `multi` is only woken here, which libcurl allows from any thread, and never after its loop was told to stop.
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
    }

    private let state = Locked(State())
    private let multi: OpaquePointer

    init(_ multi: OpaquePointer) {
        self.multi = multi
    }

    /// Leaves a command, or asks the thread to stop, which is the last that may be asked.
    func post(_ command: Command?) {
        state.withLock { state in
            if let command { state.commands.append(command) } else { state.isStopping = true }
            if state.isWoken { return }
            state.isWoken = true
            // With the lock held: once the thread has seen that it is to stop, `multi` is gone.
            ccurl_multi_wakeup(multi)
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
