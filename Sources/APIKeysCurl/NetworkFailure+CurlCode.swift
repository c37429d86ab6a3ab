import APIKeys
import CAPIKeysCurl

extension NetworkFailure.Reason {
    /// What a `CURLcode` other than 0 says.
    ///
    /// `secureConnectionFailed` is for what the next attempt would meet again: a refused certificate or public key, or
    /// a file that can't be used. A handshake that was cut short is a lost connection.
    init(curlCode code: Int) {
        switch code {
        case CCURL_COULDNT_RESOLVE_HOST, CCURL_COULDNT_RESOLVE_PROXY: self = .hostNotFound
        case CCURL_COULDNT_CONNECT: self = .connectionRefused
        case CCURL_OPERATION_TIMEDOUT: self = .timedOut
        case CCURL_PEER_FAILED_VERIFICATION, CCURL_SSL_PINNEDPUBKEYNOTMATCH, CCURL_SSL_CERTPROBLEM, CCURL_SSL_CIPHER,
            CCURL_SSL_CACERT_BADFILE, CCURL_SSL_CRL_BADFILE, CCURL_SSL_ISSUER_ERROR, CCURL_SSL_INVALIDCERTSTATUS,
            CCURL_SSL_CLIENTCERT, CCURL_SSL_ENGINE_NOTFOUND, CCURL_SSL_ENGINE_SETFAILED, CCURL_SSL_ENGINE_INITFAILED:
            self = .secureConnectionFailed
        case CCURL_SSL_CONNECT_ERROR, CCURL_PARTIAL_FILE, CCURL_GOT_NOTHING, CCURL_SEND_ERROR, CCURL_RECV_ERROR,
            CCURL_HTTP2, CCURL_HTTP2_STREAM, CCURL_PROXY, CCURL_ABORTED_BY_CALLBACK:
            self = .connectionLost
        // A bad argument is a header field that has no colon.
        case CCURL_UNSUPPORTED_PROTOCOL, CCURL_WEIRD_SERVER_REPLY, CCURL_BAD_FUNCTION_ARGUMENT,
            CCURL_BAD_CONTENT_ENCODING:
            self = .invalidResponse
        default: self = .other
        }
    }
}
