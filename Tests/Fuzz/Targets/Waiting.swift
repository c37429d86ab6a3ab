import APIKeys
import Dispatch

/// Runs what is asynchronous, and waits for it.
func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = Box<Value>()
    Task.detached {
        box.value = await body()
        done.signal()
    }
    done.wait()
    guard let value = box.value else { fail("nothing came back") }
    return value
}

// Unchecked: it is written before the semaphore is signalled, and read behind it.
private final class Box<Value>: @unchecked Sendable {
    var value: Value?
}
