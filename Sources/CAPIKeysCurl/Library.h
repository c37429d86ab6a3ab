#ifndef CAPIKEYSCURL_LIBRARY_H
#define CAPIKEYSCURL_LIBRARY_H

/// A function of a library, and where to put its address.
typedef struct {
    const char *name;
    void **function;
} LibraryFunction;

/// Loads a shared library of the system, and binds functions of it.
///
/// Both lists end with a NULL; of the names, the first that can be loaded counts. Returns NULL if all is there, and
/// what is missing if not. The library is never unloaded.
const char *library_load(const char *const *names, const LibraryFunction *functions);

#endif
