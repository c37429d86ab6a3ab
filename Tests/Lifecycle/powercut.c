// Keeps a copy of what each fsync has made durable, so that a test can cut the power: SIGKILL alone leaves the page
// cache.
//
// LD_PRELOAD this with POWERCUT_ROOT, the folder that is watched, and POWERCUT_COPIES, where the copies go: a file's
// content as of its last fsync under its own name, and the names in the folder as of the folder's last fsync in
// ".names".
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep_file(const char *from, const char *name, const char *copies) {
    char temporary[4096], final[4096], buffer[65536];
    snprintf(temporary, sizeof temporary, "%s/.tmp-%s", copies, name);
    snprintf(final, sizeof final, "%s/%s", copies, name);
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t count;
    while (in >= 0 && out >= 0 && (count = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, count) != count) abort();
    close(in);
    close(out);
    // A kill in between leaves the copy of the fsync before, which is what a power cut before this one's end would
    // leave.
    rename(temporary, final);
}

static void keep_names(const char *folder, const char *copies) {
    char temporary[4096], final[4096];
    snprintf(temporary, sizeof temporary, "%s/.tmp-names", copies);
    snprintf(final, sizeof final, "%s/.names", copies);
    FILE *out = fopen(temporary, "we");
    DIR *in = opendir(folder);
    for (struct dirent *entry; in && out && (entry = readdir(in));) fprintf(out, "%s\n", entry->d_name);
    if (in) closedir(in);
    if (out) fclose(out);
    rename(temporary, final);
}

int fsync(int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int result = real(descriptor);
    const char *root = getenv("POWERCUT_ROOT"), *copies = getenv("POWERCUT_COPIES");
    char link[64], path[4096];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (result != 0 || !root || !copies || length < 0 || fstat(descriptor, &status) != 0) return result;
    path[length] = 0;
    if (S_ISDIR(status.st_mode) && strcmp(path, root) == 0) keep_names(path, copies);
    size_t prefix = strlen(root);
    if (S_ISREG(status.st_mode) && strncmp(path, root, prefix) == 0 && path[prefix] == '/')
        keep_file(path, path + prefix + 1, copies);
    return result;
}
