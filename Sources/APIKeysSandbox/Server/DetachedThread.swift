import Foundation

/// Starts work that blocks, on a thread of its own. Unlike Foundation's `Thread`, it says if the system has no more
/// threads; the work is dropped then.
package func detachThread(_ work: @escaping @Sendable () -> Void) throws(SocketError) {
    #if canImport(Glibc)
        var thread = pthread_t()
    #else
        var thread: pthread_t?
    #endif
    let box = Unmanaged.passRetained(Work(run: work))
    let code = pthread_create(
        &thread, nil,
        { argument in
            pthread_detach(pthread_self())
            let box: UnsafeMutableRawPointer? = argument
            if let box { Unmanaged<Work>.fromOpaque(box).takeRetainedValue().run() }
            return nil
        }, box.toOpaque())
    guard code != 0 else { return }
    box.release()
    throw SocketError(call: "pthread_create", code: code)
}

private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
