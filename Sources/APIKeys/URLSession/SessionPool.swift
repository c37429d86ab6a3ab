import Dispatch
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The sessions of the process, kept for good: on Linux, deallocating one that holds TLS connections can abort the
/// process.
package enum SessionPool {
    enum Use: Hashable {
        case reusing, closing
    }

    private struct Key: Hashable {
        var use: Use
        var connections: Int
    }

    private static let members = Locked<[Key: Member]>([:])

    /// The limits of connections that sessions have: powers of two, so that there never are more than a few sessions.
    package static func limit(for maximumConnections: Int) -> Int {
        1 << (Int.bitWidth - 1 - min(max(maximumConnections, 1), 1024).leadingZeroBitCount)
    }

    static func member(_ use: Use, _ connections: Int) -> Member {
        members.withLock { members in
            let key = Key(use: use, connections: connections)
            if let member = members[key] { return member }
            let member = Member(connections: connections)
            members[key] = member
            return member
        }
    }

    /// A session and its delegate.
    final class Member: Sendable {
        private let session: URLSession
        private let delegate = SessionDelegate()

        fileprivate init(connections: Int) {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.httpMaximumConnectionsPerHost = connections
            configuration.httpCookieAcceptPolicy = .never
            configuration.httpShouldSetCookies = false
            configuration.httpCookieStorage = nil
            configuration.urlCache = nil
            configuration.urlCredentialStorage = nil
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: Self.delegateQueue)
        }

        private static var delegateQueue: OperationQueue? {
            #if canImport(FoundationNetworking)
                DelegateQueue()
            #else
                nil
            #endif
        }

        /// Starts a request; the continuation is resumed when it is over.
        func start(
            _ request: URLRequest, _ exchange: Exchange, _ continuation: CheckedContinuation<HTTPResponse, any Error>
        ) {
            let task = session.dataTask(with: request)
            delegate.add(exchange, for: task)
            exchange.start(task, on: session.delegateQueue, continuation) { [delegate] in delegate.remove(task) }
        }
    }
}

#if canImport(FoundationNetworking)
    /// The queue on which a session calls its delegate. It hands blocks straight to Dispatch: as operations, the three
    /// that a call takes cost 60,000 instructions.
    // Unchecked: the class adds nothing but a queue that never changes.
    private final class DelegateQueue: OperationQueue, @unchecked Sendable {
        private let queue = DispatchQueue(label: "swift-api-keys.delegate")

        override func addOperation(_ block: @escaping @Sendable () -> Void) {
            queue.async(execute: block)
        }
    }
#endif
