// Preloaded into autodidactd by the reliability tests. It counts the operations that change files under FAULTS_UNDER,
// and at operation FAULTS_AT does FAULTS_DO: "kill", or the number of an errno to fail with. With FAULTS_STICKY=FILE every
// later operation fails, too, for as long as FILE exists. FAULTS_COUNT=FILE keeps the count, FAULTS_TRACE=FILE records
// every operation with its data, for replaying what a power cut leaves.
#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATHS = 4096 };

static const char *under, *sticky;
static size_t under_length;
static long at, failure, kills;
static int count_fd = -1, trace_fd = -1;
static long count;
static char *paths[PATHS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
    under = getenv("FAULTS_UNDER");
    if (!under) return;
    under_length = strlen(under);
    const char *text = getenv("FAULTS_AT");
    at = text ? atol(text) : 0;
    text = getenv("FAULTS_DO");
    kills = text && strcmp(text, "kill") == 0;
    failure = text && !kills ? atol(text) : 0;
    sticky = getenv("FAULTS_STICKY");
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC;
    if ((text = getenv("FAULTS_COUNT"))) count_fd = (int)syscall(SYS_openat, AT_FDCWD, text, flags, 0644);
    if ((text = getenv("FAULTS_TRACE"))) trace_fd = (int)syscall(SYS_openat, AT_FDCWD, text, flags | O_APPEND, 0644);
}

static int inside(const char *path) {
    return under && path && strncmp(path, under, under_length) == 0
           && (path[under_length] == 0 || path[under_length] == '/');
}

static const char *path_of(int fd) { return fd >= 0 && fd < PATHS ? paths[fd] : NULL; }

static void remember(int fd, const char *path) {
    if (fd < 0 || fd >= PATHS) return;
    free(paths[fd]);
    paths[fd] = inside(path) ? strdup(path) : NULL;
}

// One operation comes: ends the process, or says with which errno to fail (0: let it happen).
static int fault(const char *path) {
    if (!inside(path)) return 0;
    pthread_mutex_lock(&lock);
    long number = ++count;
    if (count_fd >= 0) {
        char text[24];
        int length = snprintf(text, sizeof text, "%20ld\n", number);
        syscall(SYS_pwrite64, count_fd, text, (size_t)length, 0);
    }
    int isAt = at > 0 && number == at;
    if (isAt && kills) kill(getpid(), SIGKILL);
    int isLater = at > 0 && number > at && sticky && syscall(SYS_faccessat, AT_FDCWD, sticky, F_OK) == 0;
    pthread_mutex_unlock(&lock);
    return isAt || isLater ? (int)failure : 0;
}

// Writes one operation that has happened into the trace: kind, lengths, offset, names, data.
static void trace(char kind, const char *path, const char *other, int64_t offset, const void *data, size_t length) {
    if (trace_fd < 0 || !inside(path)) return;
    struct {
        char kind;
        char padding[3];
        uint32_t path_length, other_length;
        uint32_t padding2;
        int64_t offset;
        uint64_t length;
    } head = {.kind = kind,
              .path_length = (uint32_t)strlen(path),
              .other_length = other ? (uint32_t)strlen(other) : 0,
              .offset = offset,
              .length = length};
    struct iovec parts[4] = {{&head, sizeof head},
                             {(void *)path, head.path_length},
                             {(void *)(other ? other : ""), head.other_length},
                             {(void *)data, length}};
    syscall(SYS_writev, trace_fd, parts, 4);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_IF_ASKED(path, result)   \
    do {                              \
        int number = fault(path);     \
        if (number) {                 \
            errno = number;           \
            return result;            \
        }                             \
    } while (0)

static int opened(int fd, const char *path, int flags, int existed) {
    if (fd < 0) return fd;
    remember(fd, path);
    if (flags & O_CREAT && !existed) trace('c', path, NULL, 0, NULL, 0);
    if (flags & O_TRUNC && existed) trace('t', path, NULL, 0, NULL, 0);
    return fd;
}

static int exists(const char *path) { return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; }

#define OPEN(name)                                                   \
    int name(const char *path, int flags, ...) {                     \
        mode_t mode = 0;                                             \
        if (flags & (O_CREAT | O_TMPFILE)) {                         \
            va_list arguments;                                       \
            va_start(arguments, flags);                              \
            mode = va_arg(arguments, mode_t);                        \
            va_end(arguments);                                       \
        }                                                            \
        int existed = exists(path);                                  \
        if ((flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT) FAIL_IF_ASKED(path, -1); \
        return opened(REAL(name)(path, flags, mode), path, flags, existed);              \
    }
OPEN(open)
OPEN(open64)

// The path that a name relative to a directory's descriptor has, in a buffer of the caller.
enum { WHOLE = 4200 };
static const char *whole(int directory, const char *path, char buffer[WHOLE]) {
    if (path[0] == '/' || directory == AT_FDCWD) return path;
    char base[4096];
    const char *parent = path_of(directory);
    if (!parent) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, base, sizeof base - 1);
        base[length < 0 ? 0 : length] = 0;
        parent = base;
    }
    if (strcmp(path, ".") == 0) snprintf(buffer, WHOLE, "%s", parent);
    else snprintf(buffer, WHOLE, "%s/%s", parent, path);
    return buffer;
}

int openat(int directory, const char *name, int flags, ...) {
    char buffer[WHOLE];
    const char *path = whole(directory, name, buffer);
    mode_t mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    int existed = exists(path);
    if ((flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT) FAIL_IF_ASKED(path, -1);
    return opened(REAL(openat)(directory, name, flags, mode), path, flags, existed);
}

int close(int fd) {
    if (fd >= 0 && fd < PATHS) remember(fd, NULL);
    return REAL(close)(fd);
}

ssize_t write(int fd, const void *data, size_t length) {
    const char *path = path_of(fd);
    FAIL_IF_ASKED(path, -1);
    int64_t offset = path ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(write)(fd, data, length);
    if (done > 0 && path) trace('w', path, NULL, offset, data, (size_t)done);
    return done;
}

#define PWRITE(name, offset_type)                                                    \
    ssize_t name(int fd, const void *data, size_t length, offset_type offset) {      \
        const char *path = path_of(fd);                                              \
        FAIL_IF_ASKED(path, -1);                                                     \
        ssize_t done = REAL(name)(fd, data, length, offset);                         \
        if (done > 0 && path) trace('w', path, NULL, offset, data, (size_t)done);    \
        return done;                                                                 \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define FLUSH(name)                                      \
    int name(int fd) {                                   \
        const char *path = path_of(fd);                  \
        FAIL_IF_ASKED(path, -1);                         \
        int result = REAL(name)(fd);                     \
        if (result == 0 && path) trace('f', path, NULL, 0, NULL, 0); \
        return result;                                   \
    }
FLUSH(fsync)
FLUSH(fdatasync)

#define TRUNCATE(name, offset_type)                      \
    int name(int fd, offset_type length) {               \
        const char *path = path_of(fd);                  \
        FAIL_IF_ASKED(path, -1);                         \
        int result = REAL(name)(fd, length);             \
        if (result == 0 && path) trace('s', path, NULL, length, NULL, 0); \
        return result;                                   \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    FAIL_IF_ASKED(to, -1);
    int result = REAL(rename)(from, to);
    if (result == 0) trace('r', from, to, 0, NULL, 0);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    FAIL_IF_ASKED(path, -1);
    int result = REAL(mkdir)(path, mode);
    if (result == 0) trace('m', path, NULL, 0, NULL, 0);
    return result;
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) {
    char from_buffer[WHOLE], to_buffer[WHOLE];
    const char *old = whole(from_directory, from, from_buffer), *new = whole(to_directory, to, to_buffer);
    FAIL_IF_ASKED(new, -1);
    int result = REAL(renameat)(from_directory, from, to_directory, to);
    if (result == 0) trace('r', old, new, 0, NULL, 0);
    return result;
}

int mkdirat(int directory, const char *name, mode_t mode) {
    char buffer[WHOLE];
    const char *path = whole(directory, name, buffer);
    FAIL_IF_ASKED(path, -1);
    int result = REAL(mkdirat)(directory, name, mode);
    if (result == 0) trace('m', path, NULL, 0, NULL, 0);
    return result;
}

#define REMOVE(name)                                     \
    int name(const char *path) {                         \
        FAIL_IF_ASKED(path, -1);                         \
        int result = REAL(name)(path);                   \
        if (result == 0) trace('u', path, NULL, 0, NULL, 0); \
        return result;                                   \
    }
REMOVE(unlink)
REMOVE(rmdir)
REMOVE(remove)

int unlinkat(int directory, const char *name, int flags) {
    char buffer[WHOLE];
    const char *path = whole(directory, name, buffer);
    FAIL_IF_ASKED(path, -1);
    int result = REAL(unlinkat)(directory, name, flags);
    if (result == 0) trace('u', path, NULL, 0, NULL, 0);
    return result;
}
