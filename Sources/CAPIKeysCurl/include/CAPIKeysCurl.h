#ifndef CAPIKEYSCURL_H
#define CAPIKEYSCURL_H

// The part of libcurl's interface that APIKeysCurl uses, declared here and bound when the program runs, so that neither
// a header nor a development package of libcurl is needed to build. Every number is part of libcurl's stable ABI: it
// never changes, and a libcurl that does not know an option answers CCURL_UNKNOWN_OPTION.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct CCurlEasy CCurlEasy;
typedef struct CCurlMulti CCurlMulti;
typedef struct CCurlShare CCurlShare;

/// `struct curl_slist`: a list of texts, here always in memory of the caller.
typedef struct CCurlList {
    char *text;
    struct CCurlList *_Nullable next;
} CCurlList;

/// `CURLcode`. What is not named here has no meaning of its own to the transport.
enum {
    CCURL_OK = 0,
    CCURL_UNSUPPORTED_PROTOCOL = 1,
    CCURL_COULDNT_RESOLVE_PROXY = 5,
    CCURL_COULDNT_RESOLVE_HOST = 6,
    CCURL_COULDNT_CONNECT = 7,
    CCURL_WEIRD_SERVER_REPLY = 8,
    CCURL_HTTP2 = 16,
    CCURL_PARTIAL_FILE = 18,
    CCURL_OPERATION_TIMEDOUT = 28,
    CCURL_SSL_CONNECT_ERROR = 35,
    CCURL_ABORTED_BY_CALLBACK = 42,
    CCURL_BAD_FUNCTION_ARGUMENT = 43,
    CCURL_UNKNOWN_OPTION = 48,
    CCURL_GOT_NOTHING = 52,
    CCURL_SSL_ENGINE_NOTFOUND = 53,
    CCURL_SSL_ENGINE_SETFAILED = 54,
    CCURL_SEND_ERROR = 55,
    CCURL_RECV_ERROR = 56,
    CCURL_SSL_CERTPROBLEM = 58,
    CCURL_SSL_CIPHER = 59,
    CCURL_PEER_FAILED_VERIFICATION = 60,
    CCURL_BAD_CONTENT_ENCODING = 61,
    CCURL_SSL_ENGINE_INITFAILED = 66,
    CCURL_SSL_CACERT_BADFILE = 77,
    CCURL_SSL_CRL_BADFILE = 82,
    CCURL_SSL_ISSUER_ERROR = 83,
    CCURL_SSL_PINNEDPUBKEYNOTMATCH = 90,
    CCURL_SSL_INVALIDCERTSTATUS = 91,
    CCURL_HTTP2_STREAM = 92,
    CCURL_PROXY = 97,
    CCURL_SSL_CLIENTCERT = 98,
};

/// `CURLoption`: the type's base plus a number.
typedef enum CCurlOption {
    // Numbers and switches.
    CCURLOPT_NOBODY = 44,
    CCURLOPT_POST = 47,
    CCURLOPT_FRESH_CONNECT = 74,
    CCURLOPT_FORBID_REUSE = 75,
    CCURLOPT_HTTPGET = 80,
    CCURLOPT_HTTP_VERSION = 84,
    CCURLOPT_SSLVERSION = 32,
    CCURLOPT_NOSIGNAL = 99,
    CCURLOPT_TIMEOUT_MS = 155,
    CCURLOPT_PROTOCOLS = 181,
    CCURLOPT_PATH_AS_IS = 234,
    CCURLOPT_PROXY_SSLVERSION = 250,
    CCURLOPT_SUPPRESS_CONNECT_HEADERS = 265,
    CCURLOPT_DISALLOW_USERNAME_IN_URL = 278,
    CCURLOPT_MAXAGE_CONN = 288,
    CCURLOPT_QUICK_EXIT = 322,
    // Pointers and texts; libcurl copies texts.
    CCURLOPT_WRITEDATA = 10001,
    CCURLOPT_URL = 10002,
    CCURLOPT_PROXY = 10004,
    CCURLOPT_POSTFIELDS = 10015,
    CCURLOPT_HTTPHEADER = 10023,
    CCURLOPT_SSLCERT = 10025,
    CCURLOPT_HEADERDATA = 10029,
    CCURLOPT_CUSTOMREQUEST = 10036,
    CCURLOPT_CAINFO = 10065,
    CCURLOPT_SSLKEY = 10087,
    CCURLOPT_CAPATH = 10097,
    CCURLOPT_SHARE = 10100,
    CCURLOPT_ACCEPT_ENCODING = 10102,
    CCURLOPT_PRIVATE = 10103,
    CCURLOPT_SOCKOPTDATA = 10149,
    CCURLOPT_PINNEDPUBLICKEY = 10230,
    CCURLOPT_PROXY_CAINFO = 10246,
    CCURLOPT_PROXY_CAPATH = 10247,
    CCURLOPT_PREREQDATA = 10313,
    CCURLOPT_PROTOCOLS_STR = 10318,
    // Callbacks.
    CCURLOPT_WRITEFUNCTION = 20011,
    CCURLOPT_HEADERFUNCTION = 20079,
    CCURLOPT_SOCKOPTFUNCTION = 20148,
    CCURLOPT_PREREQFUNCTION = 20312,
    // Sizes.
    CCURLOPT_POSTFIELDSIZE_LARGE = 30120,
} CCurlOption;

/// `CURLMoption`.
typedef enum CCurlMultiOption {
    CCURLMOPT_MAXCONNECTS = 6,
    CCURLMOPT_MAX_HOST_CONNECTIONS = 7,
} CCurlMultiOption;

enum {
    // 7.68, the first version with curl_multi_wakeup
    CCURL_OLDEST_VERSION = 0x074400,
    // CURL_HTTP_VERSION_…
    CCURL_HTTP_VERSION_1_1 = 2,
    CCURL_HTTP_VERSION_2TLS = 4,
    // CURL_SSLVERSION_TLSv1_2, the lowest version that is used
    CCURL_SSLVERSION_TLS_1_2 = 6,
    // CURLPROTO_HTTP | CURLPROTO_HTTPS
    CCURL_PROTOCOL_HTTP_AND_HTTPS = 3,
    // CURL_VERSION_…, bits of the features
    CCURL_VERSION_SSL = 1 << 2,
    CCURL_VERSION_LIBZ = 1 << 3,
    CCURL_VERSION_ASYNCHDNS = 1 << 7,
    CCURL_VERSION_HTTP2 = 1 << 16,
};

/// Gets bytes of a response; ends the transfer unless it returns their number.
typedef size_t (*CCurlDataCallback)(char *bytes, size_t size, size_t count, void *context);
/// Is asked before a request is sent; ends the transfer unless it returns 0.
typedef int (*CCurlRequestCallback)(void *context, char *_Nullable remoteAddress, char *_Nullable localAddress,
                                    int remotePort, int localPort);
/// Is asked before a socket connects; ends the transfer unless it returns 0.
typedef int (*CCurlSocketCallback)(void *context, int socket, int purpose);

/// Loads libcurl and initializes it, before anything else here that begins with `ccurl_`. One thread at a time.
///
/// Returns NULL if all that is declared here is there, and what is missing if not. Then nothing else may be called, but
/// this again.
const char *_Nullable ccurl_load(void);
/// The library's version, such as "7.88.1", as 0x075801, and its `CURL_VERSION_…` bits.
const char *ccurl_version(void);
unsigned int ccurl_version_number(void);
int ccurl_features(void);

CCurlEasy *_Nullable ccurl_easy_init(void);
void ccurl_easy_cleanup(CCurlEasy *easy);
int ccurl_easy_set_number(CCurlEasy *easy, CCurlOption option, long value);
int ccurl_easy_set_size(CCurlEasy *easy, CCurlOption option, int64_t value);
int ccurl_easy_set_text(CCurlEasy *easy, CCurlOption option, const char *_Nullable value);
int ccurl_easy_set_pointer(CCurlEasy *easy, CCurlOption option, const void *_Nullable value);
int ccurl_easy_set_data_callback(CCurlEasy *easy, CCurlOption option, CCurlDataCallback callback);
int ccurl_easy_set_request_callback(CCurlEasy *easy, CCurlRequestCallback callback);
int ccurl_easy_set_socket_callback(CCurlEasy *easy, CCurlSocketCallback callback);
/// What `CCURLOPT_PRIVATE` was set to.
void *_Nullable ccurl_easy_private(CCurlEasy *easy);
/// The file with certificate authorities that is used (7.84 and later); NULL if there is none or it is not known.
const char *_Nullable ccurl_easy_authority_file(CCurlEasy *easy);

CCurlMulti *_Nullable ccurl_multi_init(void);
void ccurl_multi_cleanup(CCurlMulti *multi);
void ccurl_multi_set_number(CCurlMulti *multi, CCurlMultiOption option, long value);
/// Returns whether it succeeded, as the others here.
bool ccurl_multi_add(CCurlMulti *multi, CCurlEasy *easy);
void ccurl_multi_remove(CCurlMulti *multi, CCurlEasy *easy);
bool ccurl_multi_perform(CCurlMulti *multi);
/// Waits for something to do. Another thread can end the wait by `ccurl_multi_wakeup`.
bool ccurl_multi_poll(CCurlMulti *multi, int milliseconds);
bool ccurl_multi_wakeup(CCurlMulti *multi);
/// The next transfer that is over, and its `CURLcode`; NULL if there is none.
CCurlEasy *_Nullable ccurl_multi_next_done(CCurlMulti *multi, int *code);

/// A cache of TLS sessions, for handles that one thread uses.
CCurlShare *_Nullable ccurl_share_init(void);
void ccurl_share_cleanup(CCurlShare *share);

/// Runs a function on a thread of its own, with a name and with SIGPIPE blocked: OpenSSL writes to sockets that the
/// peer has closed. Returns whether there was a thread to be had.
bool ccurl_start_thread(void (*run)(void *context), void *context);

// zlib, which every libcurl that decodes gzip is linked to.

/// A stream that is being decoded.
typedef struct CZlibStream CZlibStream;

/// What a body may be packed as: zlib's `windowBits`.
typedef enum CZlibFormat {
    CZLIB_RAW = -15,
    CZLIB_ZLIB = 15,
    CZLIB_GZIP = 15 + 16,
} CZlibFormat;

typedef enum CZlibStatus {
    /// There is more to decode, or to be had of it.
    CZLIB_MORE,
    /// The stream is whole, and its checksum right.
    CZLIB_END,
    /// This is no such stream, or a damaged one.
    CZLIB_DAMAGED,
} CZlibStatus;

/// Loads zlib, as `ccurl_load` loads libcurl.
const char *_Nullable czlib_load(void);
CZlibStream *_Nullable czlib_open(CZlibFormat format);
void czlib_close(CZlibStream *stream);
/// Decodes as much as there is room for. The counts say how much there is, and then how much is left.
CZlibStatus czlib_inflate(CZlibStream *stream, const uint8_t *_Nullable bytes, unsigned int *count, uint8_t *room,
                          unsigned int *roomCount);

#pragma clang assume_nonnull end

#endif
