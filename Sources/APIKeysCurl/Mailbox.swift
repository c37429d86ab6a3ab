import APIKeys
import CAPIKeysCurl

/// What other threads ask of a loop's thread.
// Unchecked: `multi` is only woken here, which libcurl allows from any thread, and never after its loop was told to
// stop.
final class Mailbox: @unchecked Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
        /// End once nothing is under way. The last that may be asked.
        case stop
    }

    private struct State: Sendable {
        var commands: [Command] = []
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

    /// Leaves a command, and says whether the thread was woken. If not, a transfer is not started; other commands wait
    /// until it looks.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            // With the lock held: once the thread has seen that it is to stop, `multi` is gone.
            if !state.isWoken { state.isWoken = ccurl_multi_wakeup(multi) }
            if !state.isWoken { state.isDeaf = true }
            if case .start = command, !state.isWoken { return false }
            state.commands.append(command)
            return state.isWoken
        }
    }

    /// Takes what has come since the last time.
    func take() -> [Command] {
        state.withLock { state in
            state.isWoken = false
            defer { state.commands = [] }
            return state.commands
        }
    }
}
