import Foundation

/// A port of an IPv4 or an IPv6 address.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var size = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// The address of a text such as `127.0.0.1` or `::1`.
    init(_ host: String, port: UInt16) throws(SocketError) {
        var (four, six) = (sockaddr_in(), sockaddr_in6())
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            #if canImport(Darwin)
                four.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
            #endif
            copy(&four)
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            #if canImport(Darwin)
                six.sin6_len = UInt8(MemoryLayout<sockaddr_in6>.size)
            #endif
            copy(&six)
        } else {
            throw .notAnAddress
        }
    }

    /// The address that a socket is bound to.
    init(boundTo descriptor: Int32) throws(SocketError) {
        var size = self.size
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        try SocketError.check("getsockname", result)
        self.size = size
    }

    /// `AF_INET` or `AF_INET6`.
    var family: Int32 { Int32(storage.ss_family) }

    var port: UInt16 {
        var storage = storage
        return withUnsafeBytes(of: &storage) { bytes in
            let number =
                family == AF_INET6
                ? bytes.loadUnaligned(as: sockaddr_in6.self).sin6_port
                : bytes.loadUnaligned(as: sockaddr_in.self).sin_port
            return UInt16(bigEndian: number)
        }
    }

    /// Hands the address to a call of the C library.
    func withRaw(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }

    private mutating func copy<Address>(_ address: inout Address) {
        size = socklen_t(MemoryLayout<Address>.size)
        withUnsafeMutableBytes(of: &storage) { storage in
            withUnsafeBytes(of: &address) { storage.copyMemory(from: $0) }
        }
    }
}
