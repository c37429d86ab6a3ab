import APIKeys
import CAPIKeysCurl
import Foundation

/// A thread that carries the transfers of all transports with the same options, and ends with the last of them.
final class EventLoop: Sendable {
    private struct Key: Hashable {
        var options: CurlTransport.Options
        var features: Library.Features
    }

    private struct WeakLoop {
        weak var loop: EventLoop?
    }

    private static let all = Locked<[Key: WeakLoop]>([:])

    private let mailbox: Mailbox

    /// The loop with these options; a new one if there is none.
    static func shared(
        for options: CurlTransport.Options, features: Library.Features
    ) throws(CurlTransport.Unavailable) -> EventLoop {
        let key = Key(options: options, features: features)
        if let loop = all.withLock({ $0[key]?.loop }), !loop.mailbox.isDeaf { return loop }
        let new = try EventLoop(options, features)
        return all.withLock { loops in
            // Another thread may have been faster.
            if let loop = loops[key]?.loop, !loop.mailbox.isDeaf { return loop }
            loops = loops.filter { $0.value.loop != nil }
            loops[key] = WeakLoop(loop: new)
            return new
        }
    }

    private init(_ options: CurlTransport.Options, _ features: Library.Features) throws(CurlTransport.Unavailable) {
        let worker = try Worker(options, features: features)
        let mailbox = worker.mailbox
        try worker.start()
        self.mailbox = mailbox
    }

    deinit {
        mailbox.post(.stop)
    }

    /// Starts a transfer, whose continuation is resumed once.
    func start(_ transfer: Transfer) {
        if !mailbox.post(.start(transfer)) { transfer.fail(.other, canProve: true) }
    }

    /// Ends a transfer at once, unless it is over; before its start, too.
    func cancel(_ transfer: Transfer) {
        mailbox.post(.cancel(transfer))
    }
}
