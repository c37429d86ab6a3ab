import Foundation

/// A value that tasks and threads share, each with the lock held.
///
/// `Mutex` would do, but Apple's platforms have it only from macOS 15 and iOS 18 on.
// Unchecked: `lock` guards `value`, which is touched in `withLock` alone.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
    }

    /// Runs the closure with the lock held. It must be short and must not call out.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

extension Locked where Value: RangeReplaceableCollection {
    /// Adds an element at the end.
    func append(_ element: Value.Element) { withLock { $0.append(element) } }

    /// Takes all elements out; `nil` if there are none.
    func takeAll() -> Value? {
        withLock { elements in
            defer { elements = Value() }
            return elements.isEmpty ? nil : elements
        }
    }
}
