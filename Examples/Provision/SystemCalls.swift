import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Repeats a call that a signal interrupts.
///
/// - Parameters:
///   - name: What is attempted, for the error: `items.secrets cannot be opened`.
///   - body: The call.
/// - Returns: What the call returns.
/// - Throws: ``Problem``, with the system's words for what the call left in `errno`.
@discardableResult
func call<Value: SignedInteger>(_ name: String, _ body: () -> Value) throws(Problem) -> Value {
    while true {
        let value = body()
        if value >= 0 { return value }
        if errno != EINTR { throw Problem("\(name): \(String(cString: strerror(errno)))") }
    }
}

/// Writes all bytes to a descriptor, and waits where it takes no more for now.
///
/// - Returns: 0, or the `errno` of the write that failed.
func writeAll(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> Int32 {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if count == 0 || errno == EINTR {
            continue
        } else if errno == EAGAIN || errno == EWOULDBLOCK {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, -1)
        } else {
            return errno
        }
    }
    return 0
}
