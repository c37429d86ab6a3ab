import Foundation

/// What the system's libcurl knows of URLs and dates.
enum LibCurl {
    /// A URL in its parts.
    struct Parts {
        var scheme: String?
        var user: String?
        var host: String?
        var port: String?
        var path: String?
        var query: String?
        var fragment: String?
    }

    // Set once, before anybody looks.
    nonisolated(unsafe) private static let library = dlopen("libcurl.so.4", RTLD_NOW)

    private static func function<Function>(_ name: String, _ type: Function.Type) -> Function {
        guard let library, let address = dlsym(library, name) else { fail("there is no \(name) in libcurl") }
        return unsafeBitCast(address, to: type)
    }

    private static let getDate = function(
        "curl_getdate", (@convention(c) (UnsafePointer<CChar>, OpaquePointer?) -> Int).self)
    private static let new = function("curl_url", (@convention(c) () -> OpaquePointer?).self)
    private static let cleanUp = function("curl_url_cleanup", (@convention(c) (OpaquePointer) -> Void).self)
    private static let set = function(
        "curl_url_set", (@convention(c) (OpaquePointer, CInt, UnsafePointer<CChar>, CUnsignedInt) -> CInt).self)
    private static let get = function(
        "curl_url_get",
        (@convention(c) (OpaquePointer, CInt, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, CUnsignedInt) -> CInt)
            .self)
    private static let free = function("curl_free", (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    private static let escape = function(
        "curl_easy_escape",
        (@convention(c) (OpaquePointer?, UnsafePointer<CChar>, CInt) -> UnsafeMutablePointer<CChar>?).self)

    /// The seconds since 1970 of a date; -1 if it is none.
    static func seconds(of date: String) -> Int { getDate(date, nil) }

    /// A text with all but the unreserved characters percent-encoded.
    static func escaped(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty, let result = escape(nil, start, CInt(bytes.count))
                else { return "" }
                defer { free(result) }
                return String(cString: result)
            }
        }
    }

    /// Takes a URL apart as `CurlTransport` has it done; `nil` if libcurl refuses it.
    static func parts(of url: String) -> Parts? {
        guard let handle = new() else { fail("libcurl has no memory") }
        defer { cleanUp(handle) }
        let pathAsItIs: CUnsignedInt = 1 << 4
        guard set(handle, 0, url, pathAsItIs) == 0 else { return nil }
        func part(_ number: CInt) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard get(handle, number, &text, 0) == 0, let text else { return nil }
            defer { free(text) }
            return String(cString: text)
        }
        return Parts(
            scheme: part(1), user: part(2) ?? part(3), host: part(5), port: part(6), path: part(7), query: part(8),
            fragment: part(9))
    }
}
