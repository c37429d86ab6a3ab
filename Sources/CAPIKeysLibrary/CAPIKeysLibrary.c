#include "CAPIKeysLibrary.h"

#include <stddef.h>

const char *library_no_descriptor(void) { return "no file descriptor is free"; }

#if defined(__linux__)
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// Whether a file can't be opened because too many are.
static int is_out_of_descriptors(void) {
    int descriptor = open("/", O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) close(descriptor);
    return descriptor < 0 && (errno == EMFILE || errno == ENFILE);
}

const char *library_load(const char *const *names, const LibraryFunction *functions) {
    static _Thread_local char missing[128];
    void *library = NULL;
    for (size_t index = 0; !library && names[index]; index++) library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        if (is_out_of_descriptors()) return library_no_descriptor();
        snprintf(missing, sizeof missing, "%s was not found", names[0]);
        return missing;
    }
    for (; functions->name; functions++) {
        *functions->function = dlsym(library, functions->name);
        if (*functions->function) continue;
        snprintf(missing, sizeof missing, "%s has no function %s", names[0], functions->name);
        return missing;
    }
    return NULL;
}
#else
const char *library_load(const char *const *names, const LibraryFunction *functions) {
    return "it is loaded on Linux alone";
}
#endif
