import APIKeys
import CAPIKeysCurl
import Foundation

/// The thread of a loop: the only one that touches libcurl's handles and the transfers under way.
final class Worker {
    let mailbox: Mailbox
    private let options: CurlTransport.Options
    private let features: Library.Features
    private let multi: OpaquePointer
    /// The TLS sessions to resume.
    private let sessions: OpaquePointer?
    /// Handles without a transfer, to be used again.
    private var idle: [EasyHandle] = []
    /// Handles with one.
    private var busyCount = 0
    /// Whether a transfer may be waiting for a connection.
    private var isCrowded = false
    /// Whether the transports are gone.
    private var isStopping = false

    /// Creates a loop's handles, its first easy handle among them: from here on the options are known to work.
    init(_ options: CurlTransport.Options, features: Library.Features) throws(CurlTransport.Unavailable) {
        guard let multi = ccurl_multi_init() else { throw .init(reason: "libcurl has no memory for a handle") }
        self.multi = multi
        self.options = options
        self.features = features
        sessions = ccurl_share_init()
        mailbox = Mailbox(multi)
        // libcurl goes without what wakes its thread if there was no descriptor for it.
        guard ccurl_multi_wakeup(multi) else { throw .init(reason: Library.noDescriptor) }
        ccurl_multi_set_number(multi, CCURLMOPT_MAX_HOST_CONNECTIONS, connectionCount)
        ccurl_multi_set_number(multi, CCURLMOPT_MAXCONNECTS, connectionCount)
        idle.append(try EasyHandle(options, features: features, sessions: sessions))
    }

    deinit {
        idle = []
        ccurl_multi_cleanup(multi)
        if let sessions { ccurl_share_cleanup(sessions) }
    }

    private var connectionCount: Int { max(options.maximumConnectionsPerHost, 1) }

    /// Hands the worker over to a thread of its own, if one is free: nobody else may use it from here on.
    func start() throws(CurlTransport.Unavailable) {
        let context = Unmanaged.passRetained(self)
        let isStarted = ccurl_start_thread(
            { Unmanaged<Worker>.fromOpaque($0).takeRetainedValue().run() }, context.toOpaque())
        if isStarted { return }
        context.release()
        throw .init(reason: "no thread is free")
    }

    private func run() {
        while true {
            for command in mailbox.take() { carryOut(command) }
            // A transfer holds its transport, so that what is left is a lookup that nobody waits for.
            if isStopping, busyCount == 0 { return }
            let isAtWork = ccurl_multi_perform(multi)
            endTransfers()
            if !isAtWork || !waitForWork() { Thread.sleep(forTimeInterval: 0.01) }
        }
    }

    /// Ends the transfers that are over.
    private func endTransfers() {
        var code: Int32 = 0
        while let easy = ccurl_multi_next_done(multi, &code) {
            guard let context = ccurl_easy_private(easy) else { continue }
            let handle = EasyHandle.at(context)
            handle.transfer?.end(Int(code), canProve: features.contains(.requestHook))
            release(handle)
        }
    }

    /// Waits until there is something to do, for up to an hour, and says whether libcurl could wait.
    private func waitForWork() -> Bool {
        // libcurl can lose the timer by which it wakes a transfer that waits for a connection: `curl_multi_perform`
        // removes timers up to a time that it sets anew while it runs (seen in 7.88.1). The transfer would wait for
        // other traffic.
        ccurl_multi_poll(multi, isCrowded ? 10 : 3_600_000)
    }

    private func carryOut(_ command: Mailbox.Command) {
        switch command {
        case .start(let transfer): start(transfer)
        case .cancel(let transfer): cancel(transfer)
        case .stop: isStopping = true
        }
    }

    private func start(_ transfer: Transfer) {
        if transfer.isCancelled { return fail(transfer, .cancelled) }
        guard let handle = idle.popLast() ?? (try? EasyHandle(options, features: features, sessions: sessions)) else {
            return fail(transfer, .other)
        }
        guard handle.begin(transfer), ccurl_multi_add(multi, handle.easy) else {
            fail(transfer, .other)
            handle.end()
            keep(handle)
            return
        }
        transfer.handle = handle
        busyCount += 1
        isCrowded = isCrowded || busyCount > connectionCount
    }

    private func cancel(_ transfer: Transfer) {
        transfer.isCancelled = true
        guard let handle = transfer.handle else { return }
        fail(transfer, .cancelled)
        if features.contains(.quickExit) || handle.hasLookedUp {
            release(handle)
        } else {
            // To take the handle out would block this thread until the end of the lookup.
            handle.isAbandoned = true
        }
    }

    private func fail(_ transfer: Transfer, _ reason: NetworkFailure.Reason) {
        transfer.fail(reason, canProve: features.contains(.requestHook))
    }

    private func release(_ handle: EasyHandle) {
        ccurl_multi_remove(multi, handle.easy)
        handle.end()
        busyCount -= 1
        isCrowded = isCrowded && busyCount > 0
        keep(handle)
    }

    /// Keeps a handle for another transfer, unless this libcurl can't use it for one.
    private func keep(_ handle: EasyHandle) {
        if features.contains(.handleReuse), idle.count < connectionCount { idle.append(handle) }
    }
}
