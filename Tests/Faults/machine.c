// Preloaded with faults.c: what a machine does to a daemon besides its files. With FAULTS_CLOCK set, the wall clock jumps at
// every look at it, by up to ten years either way. With FAULTS_MEMORY=BYTES no block of memory as large as that is to be had
// for as long as the file FAULTS_STICKY exists.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { TEN_YEARS = 315576000 };

static int clock_jumps;
static size_t largest_block;
static const char *while_there;

__attribute__((constructor)) static void start(void) {
    clock_jumps = getenv("FAULTS_CLOCK") != NULL;
    const char *text = getenv("FAULTS_MEMORY");
    largest_block = text ? strtoul(text, NULL, 10) : 0;
    while_there = getenv("FAULTS_STICKY");
}

// How far the clock is off this time, in seconds: the same sequence in every process.
static int64_t jump(void) {
    static _Atomic uint32_t looks;
    uint32_t bits = atomic_fetch_add(&looks, 1) * 0x9e3779b9u;
    bits = (bits ^ bits >> 15) * 0x85ebca6bu;
    return clock_jumps ? (int64_t)(bits % (2 * TEN_YEARS)) - TEN_YEARS : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += jump();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int result = (int)syscall(SYS_gettimeofday, now, zone);
    if (result == 0) now->tv_sec += jump();
    return result;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    int isBlock = largest_block && length >= largest_block && flags & MAP_ANONYMOUS && flags & MAP_PRIVATE;
    if (isBlock && while_there && syscall(SYS_faccessat, AT_FDCWD, while_there, F_OK) == 0) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap(at, length, protection, flags, fd, offset);
}
