#if defined(__linux__)
#define _GNU_SOURCE  // pthread_setname_np
#endif

#include "CAPIKeysCurl.h"

#include <CAPIKeysLibrary.h>

#include <stdlib.h>

#if defined(__linux__)
#include <pthread.h>
#include <signal.h>
#endif

// `CURLMsg`
typedef struct {
    int kind;
    CCurlEasy *easy;
    union {
        void *other;
        int code;
    } data;
} Message;

// The head of `curl_version_info_data`, which only ever grows at its end.
typedef struct {
    int age;
    const char *version;
    unsigned int number;
    const char *host;
    int features;
} Version;

enum {
    MESSAGE_DONE = 1,            // CURLMSG_DONE
    GLOBAL_DEFAULT = 3,          // CURL_GLOBAL_DEFAULT
    VERSION_FIRST = 0,           // CURLVERSION_FIRST
    INFO_PRIVATE = 0x100000 + 21,  // CURLINFO_PRIVATE
    INFO_CAINFO = 0x100000 + 61,   // CURLINFO_CAINFO
    SHARE_WHAT = 1,              // CURLSHOPT_SHARE
    SHARED_TLS_SESSIONS = 4,     // CURL_LOCK_DATA_SSL_SESSION
};

// Written by ccurl_load, before any other thread reads it.
static struct {
    const Version *version;
    int (*global_init)(long);
    const Version *(*version_info)(int);
    CCurlEasy *(*easy_init)(void);
    void (*easy_cleanup)(CCurlEasy *);
    int (*easy_setopt)(CCurlEasy *, int, ...);
    int (*easy_getinfo)(CCurlEasy *, int, ...);
    CCurlMulti *(*multi_init)(void);
    int (*multi_cleanup)(CCurlMulti *);
    int (*multi_setopt)(CCurlMulti *, int, ...);
    int (*multi_add_handle)(CCurlMulti *, CCurlEasy *);
    int (*multi_remove_handle)(CCurlMulti *, CCurlEasy *);
    int (*multi_perform)(CCurlMulti *, int *);
    int (*multi_poll)(CCurlMulti *, void *, unsigned int, int, int *);
    int (*multi_wakeup)(CCurlMulti *);
    Message *(*multi_info_read)(CCurlMulti *, int *);
    CCurlShare *(*share_init)(void);
    int (*share_cleanup)(CCurlShare *);
    int (*share_setopt)(CCurlShare *, int, ...);
} curl;

const char *ccurl_load(void) {
#define FUNCTION(name) {"curl_" #name, (void **)&curl.name}
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", NULL};
    // The version first: an old one lacks others.
    static const LibraryFunction version[] = {FUNCTION(version_info), {NULL, NULL}};
    static const LibraryFunction all[] = {
        FUNCTION(global_init), FUNCTION(easy_init), FUNCTION(easy_cleanup), FUNCTION(easy_setopt),
        FUNCTION(easy_getinfo), FUNCTION(multi_init), FUNCTION(multi_cleanup), FUNCTION(multi_setopt),
        FUNCTION(multi_add_handle), FUNCTION(multi_remove_handle), FUNCTION(multi_perform), FUNCTION(multi_poll),
        FUNCTION(multi_wakeup), FUNCTION(multi_info_read), FUNCTION(share_init), FUNCTION(share_cleanup),
        FUNCTION(share_setopt), {NULL, NULL},
    };
#undef FUNCTION
    const char *missing = library_load(names, version);
    if (missing) return missing;
    curl.version = curl.version_info(VERSION_FIRST);
    if (curl.version->number < CCURL_OLDEST_VERSION) return "libcurl is older than 7.68";
    missing = library_load(names, all);
    if (missing) return missing;
    return curl.global_init(GLOBAL_DEFAULT) == CCURL_OK ? NULL : "libcurl could not be initialized";
}

const char *ccurl_version(void) { return curl.version->version; }
unsigned int ccurl_version_number(void) { return curl.version->number; }
int ccurl_features(void) { return curl.version->features; }

CCurlEasy *ccurl_easy_init(void) { return curl.easy_init(); }
void ccurl_easy_cleanup(CCurlEasy *easy) { curl.easy_cleanup(easy); }
int ccurl_easy_set_number(CCurlEasy *easy, CCurlOption option, long value) {
    return curl.easy_setopt(easy, (int)option, value);
}
int ccurl_easy_set_size(CCurlEasy *easy, CCurlOption option, int64_t value) {
    return curl.easy_setopt(easy, (int)option, value);
}
int ccurl_easy_set_text(CCurlEasy *easy, CCurlOption option, const char *value) {
    return curl.easy_setopt(easy, (int)option, value);
}
int ccurl_easy_set_pointer(CCurlEasy *easy, CCurlOption option, const void *value) {
    return curl.easy_setopt(easy, (int)option, value);
}
int ccurl_easy_set_data_callback(CCurlEasy *easy, CCurlOption option, CCurlDataCallback callback) {
    return curl.easy_setopt(easy, (int)option, callback);
}
int ccurl_easy_set_request_callback(CCurlEasy *easy, CCurlRequestCallback callback) {
    return curl.easy_setopt(easy, CCURLOPT_PREREQFUNCTION, callback);
}
int ccurl_easy_set_socket_callback(CCurlEasy *easy, CCurlSocketCallback callback) {
    return curl.easy_setopt(easy, CCURLOPT_SOCKOPTFUNCTION, callback);
}
void *ccurl_easy_private(CCurlEasy *easy) {
    void *value = NULL;
    return curl.easy_getinfo(easy, INFO_PRIVATE, &value) == CCURL_OK ? value : NULL;
}
const char *ccurl_easy_authority_file(CCurlEasy *easy) {
    char *value = NULL;
    return curl.easy_getinfo(easy, INFO_CAINFO, &value) == CCURL_OK ? value : NULL;
}

CCurlMulti *ccurl_multi_init(void) { return curl.multi_init(); }
void ccurl_multi_cleanup(CCurlMulti *multi) { curl.multi_cleanup(multi); }
void ccurl_multi_set_number(CCurlMulti *multi, CCurlMultiOption option, long value) {
    curl.multi_setopt(multi, (int)option, value);
}
bool ccurl_multi_add(CCurlMulti *multi, CCurlEasy *easy) { return curl.multi_add_handle(multi, easy) == 0; }
void ccurl_multi_remove(CCurlMulti *multi, CCurlEasy *easy) { curl.multi_remove_handle(multi, easy); }
bool ccurl_multi_perform(CCurlMulti *multi) {
    int running = 0;
    return curl.multi_perform(multi, &running) == 0;
}
bool ccurl_multi_poll(CCurlMulti *multi, int milliseconds) {
    return curl.multi_poll(multi, NULL, 0, milliseconds, NULL) == 0;
}
bool ccurl_multi_wakeup(CCurlMulti *multi) { return curl.multi_wakeup(multi) == 0; }
CCurlEasy *ccurl_multi_next_done(CCurlMulti *multi, int *code) {
    int remaining = 0;
    Message *message = curl.multi_info_read(multi, &remaining);
    while (message && message->kind != MESSAGE_DONE) message = curl.multi_info_read(multi, &remaining);
    if (!message) return NULL;
    *code = message->data.code;
    return message->easy;
}

CCurlShare *ccurl_share_init(void) {
    CCurlShare *share = curl.share_init();
    if (share && curl.share_setopt(share, SHARE_WHAT, SHARED_TLS_SESSIONS) != 0) {
        curl.share_cleanup(share);
        return NULL;
    }
    return share;
}
void ccurl_share_cleanup(CCurlShare *share) { curl.share_cleanup(share); }

#if defined(__linux__)
typedef struct {
    void (*run)(void *);
    void *context;
} Start;

static void *run(void *start) {
    Start copy = *(Start *)start;
    free(start);
    pthread_setname_np(pthread_self(), "APIKeysCurl");
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    copy.run(copy.context);
    return NULL;
}

bool ccurl_start_thread(void (*function)(void *), void *context) {
    Start *start = malloc(sizeof *start);
    if (!start) return false;
    *start = (Start){function, context};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, start) != 0) {
        free(start);
        return false;
    }
    pthread_detach(thread);
    return true;
}
#else
bool ccurl_start_thread(void (*function)(void *), void *context) { return false; }
#endif
