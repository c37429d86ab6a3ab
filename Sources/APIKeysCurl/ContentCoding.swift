import APIKeys
import CAPIKeysCurl
import Foundation

/// Takes the codings off bodies that libcurl has left as they came, because the request has an `Accept-Encoding` of its
/// own.
///
/// Creates ask for `identity`. Some servers pack the answer all the same, and some name a coding that is not there: in
/// neither case may the new key be lost.
enum ContentCoding {
    /// How many codings are taken off at most.
    private static let maximumCount = 5
    private static let isAvailable = czlib_load() == nil

    /// What a transfer ended in, with its body decoded: each coding is taken off if it is there, and left if not. A
    /// body that is larger than the request allows is a failure.
    static func decoded(
        _ result: Result<HTTPResponse, NetworkFailure>, for request: HTTPRequest
    ) -> Result<HTTPResponse, NetworkFailure> {
        switch result {
        case .success(var response):
            let isTooLarge = decode(&response, for: request)
            if isTooLarge { return .failure(.init(reason: .responseTooLarge, partialResponse: response)) }
            return .success(response)
        case .failure(var failure):
            guard var response = failure.partialResponse else { return result }
            _ = decode(&response, for: request)
            failure.partialResponse = response
            return .failure(failure)
        }
    }

    /// Decodes the body of a response, and says whether it is larger than the request allows. It is cut then.
    private static func decode(_ response: inout HTTPResponse, for request: HTTPRequest) -> Bool {
        let maximumBytes = max(request.maximumResponseBytes, 0)
        if let codings = response.headers["Content-Encoding"], isAvailable, request.headers["Accept-Encoding"] != nil {
            // The one that was put on last comes off first.
            let formats = codings.lowercased().split(separator: ",").suffix(maximumCount).reversed().map(formats(of:))
            for formats in formats where !response.body.isEmpty {
                let packed = response.body
                let bodies = formats.lazy.compactMap {
                    Inflation.body(of: packed, $0, maximumBytes: maximumBytes)
                }
                if let body = bodies.first { response.body = body }
            }
        }
        let isTooLarge = response.body.count > maximumBytes
        if isTooLarge { response.body = response.body.prefix(maximumBytes) }
        return isTooLarge
    }

    /// What a body may be packed as, by the name of the coding. `deflate` is zlib's format, but not to every server.
    private static func formats(of coding: Substring) -> [CZlibFormat] {
        switch coding.trimmingCharacters(in: .whitespaces) {
        case "gzip", "x-gzip": [CZLIB_GZIP]
        case "deflate": [CZLIB_ZLIB, CZLIB_RAW]
        default: []
        }
    }
}
