import APIKeys
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension LoopbackPeer {
    /// One connection, as the server sees it. Every call blocks until it is done.
    package final class Connection: Sendable {
        private let descriptor: Int32
        private let state = Locked((isOpen: true, unread: [UInt8](), requests: [String]()))

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
            var isOn: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        }

        package var requests: [String] { state.withLock { $0.requests } }

        /// Reads one request, its body by `Content-Length`.
        ///
        /// - Returns: The request as text; `nil` where the client closed the connection first.
        @discardableResult
        package func readRequest() -> String? {
            var bytes = state.withLock { $0.unread }
            var end: Int?
            while end == nil {
                end = Self.end(ofRequestIn: bytes)
                if end == nil {
                    guard let more = read() else { return nil }
                    bytes += more
                }
            }
            let length = end ?? 0
            let request = String(decoding: bytes[..<length], as: UTF8.self)
            let rest = Array(bytes[length...])
            state.withLock { state in
                state.unread = rest
                state.requests.append(request)
            }
            return request
        }

        private static func end(ofRequestIn bytes: [UInt8]) -> Int? {
            guard let head = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
            let field = lines.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            let length = field.flatMap { Int($0.dropFirst("content-length:".count).trimmingPrefix(" ")) } ?? 0
            return bytes.count >= head.upperBound + length ? head.upperBound + length : nil
        }

        /// Reads what has come; `nil` at the end of the stream.
        package func read(atMost limit: Int = 65536) -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: limit)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count > 0 ? Array(buffer[..<count]) : nil
        }

        /// Sends text as UTF-8.
        ///
        /// - Returns: Whether the client took it.
        @discardableResult
        package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// Sends bytes.
        ///
        /// - Returns: Whether the client took them.
        @discardableResult
        package func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { systemSend($0.baseAddress, $0.count) }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }

        private func systemSend(_ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
            #if canImport(Glibc)
                Glibc.send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
            #elseif canImport(Musl)
                Musl.send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
            #else
                Darwin.send(descriptor, bytes, count, 0)
            #endif
        }

        /// Waits for the client to close the connection, or for anything else to read.
        package func isClosedByClient(within milliseconds: Int32) -> Bool {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, milliseconds) != 0
        }

        /// Waits until the client closes the connection: keeps silent in the meantime.
        package func hold() {
            while read() != nil {}
        }

        /// Waits until the client's system has acknowledged all that was sent: a reset may overtake it otherwise.
        package func waitUntilReceived() {
            #if canImport(Darwin)
                let request = UInt(0x4004_667B)  // FIONWRITE
            #else
                let request = UInt(TIOCOUTQ)
            #endif
            var unsent: Int32 = 1
            while ioctl(descriptor, request, &unsent) == 0, unsent > 0, !isClosedByClient(within: 1) {}
        }

        /// Closes with RST: the client's next read fails.
        package func reset() {
            var option = linger()
            option.l_onoff = 1
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            close()
        }

        /// Closes with FIN.
        package func close() {
            let wasOpen = state.withLock { state in
                defer { state.isOpen = false }
                return state.isOpen
            }
            guard wasOpen else { return }
            #if canImport(Glibc)
                _ = Glibc.close(descriptor)
            #elseif canImport(Musl)
                _ = Musl.close(descriptor)
            #else
                _ = Darwin.close(descriptor)
            #endif
        }

        /// Lets a blocked call return, from another thread.
        func interrupt() {
            state.withLock { if $0.isOpen { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
        }
    }
}
