#ifndef CAPIKEYSLIBRARY_H
#define CAPIKEYSLIBRARY_H

#pragma clang assume_nonnull begin

/// A function of a library, and where to put its address.
typedef struct {
    const char *_Nullable name;
    void *_Nullable *_Nullable function;
} LibraryFunction;

/// Loads a shared library of the system, and binds functions of it.
///
/// Both lists end with a NULL; of the names, the first that can be loaded counts. Returns NULL if all is there, and
/// what is missing if not. The library is never unloaded.
const char *_Nullable library_load(const char *_Nullable const *_Nonnull names, const LibraryFunction *functions);

/// What `library_load` says if there is no file descriptor to open a library with.
const char *library_no_descriptor(void);

#pragma clang assume_nonnull end

#endif
