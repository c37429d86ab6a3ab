#include "CAPIKeysCurl.h"
#include <CAPIKeysLibrary.h>

#include <stdlib.h>

// `z_stream`
struct CZlibStream {
    const uint8_t *next_in;
    unsigned int avail_in;
    unsigned long total_in;
    uint8_t *next_out;
    unsigned int avail_out;
    unsigned long total_out;
    const char *message;
    void *state;
    void *(*allocate)(void *, unsigned int, unsigned int);
    void (*release)(void *, void *);
    void *context;
    int data_type;
    unsigned long adler;
    unsigned long reserved;
};

enum {
    NO_FLUSH = 0,         // Z_NO_FLUSH
    OK = 0,               // Z_OK
    STREAM_END = 1,       // Z_STREAM_END
    BUFFER_ERROR = -5,    // Z_BUF_ERROR: no input, or no room
};

// Written by czlib_load, before any other thread reads it.
static struct {
    int (*inflateInit2_)(CZlibStream *, int, const char *, int);
    int (*inflate)(CZlibStream *, int);
    int (*inflateEnd)(CZlibStream *);
} zlib;

const char *czlib_load(void) {
    static const char *const names[] = {"libz.so.1", NULL};
    static const LibraryFunction functions[] = {
        {"inflateInit2_", (void **)&zlib.inflateInit2_},
        {"inflate", (void **)&zlib.inflate},
        {"inflateEnd", (void **)&zlib.inflateEnd},
        {NULL, NULL},
    };
    return library_load(names, functions);
}

CZlibStream *czlib_open(CZlibFormat format) {
    CZlibStream *stream = calloc(1, sizeof *stream);
    // Of the version, only the first digit is compared.
    if (stream && zlib.inflateInit2_(stream, (int)format, "1.2.0", (int)sizeof *stream) != OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

void czlib_close(CZlibStream *stream) {
    zlib.inflateEnd(stream);
    free(stream);
}

CZlibStatus czlib_inflate(CZlibStream *stream, const uint8_t *bytes, unsigned int *count, uint8_t *room,
                          unsigned int *roomCount) {
    stream->next_in = bytes;
    stream->avail_in = *count;
    stream->next_out = room;
    stream->avail_out = *roomCount;
    int status = zlib.inflate(stream, NO_FLUSH);
    *count = stream->avail_in;
    *roomCount = stream->avail_out;
    if (status == STREAM_END) return CZLIB_END;
    return status == OK || status == BUFFER_ERROR ? CZLIB_MORE : CZLIB_DAMAGED;
}
