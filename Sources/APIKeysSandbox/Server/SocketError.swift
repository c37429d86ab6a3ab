/// A call of the C library that failed.
package struct SocketError: Error, Hashable, CustomStringConvertible {
    /// The function's name, such as `bind`.
    package let call: String
    /// Its `errno`.
    package let code: Int32
    /// The system's text for that.
    package let message: String

    package var description: String { "\(call): \(message) (errno \(code))" }
}
