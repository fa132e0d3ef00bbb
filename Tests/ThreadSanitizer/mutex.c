// Preloaded by "make test-tsan". Swift's Mutex waits by futex inside libswiftSynchronization, which is not instrumented: when
// two threads meet there, the thread sanitizer sees no order between them and reports what the lock protects. Here it is told.
// Both paths without a wait are inlined into the caller and need nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"

// In a process without the sanitizer these are missing.
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

static SWIFT void (*real_lock)(uint32_t, SELF void *);
static SWIFT void (*real_unlock)(SELF void *);
static SWIFT bool (*real_try_lock)(SELF void *);

__attribute__((constructor)) static void start(void) {
    *(void **)&real_lock = dlsym(RTLD_NEXT, LOCK);
    *(void **)&real_unlock = dlsym(RTLD_NEXT, UNLOCK);
    *(void **)&real_try_lock = dlsym(RTLD_NEXT, TRY_LOCK);
}

SWIFT void lock(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void unlock(SELF void *handle) __asm__(UNLOCK);
SWIFT bool try_lock(SELF void *handle) __asm__(TRY_LOCK);

SWIFT void lock(uint32_t thread, SELF void *handle) {
    real_lock(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void unlock(SELF void *handle) {
    if (__tsan_release) __tsan_release(handle);
    real_unlock(handle);
}

SWIFT bool try_lock(SELF void *handle) {
    bool isLocked = real_try_lock(handle);
    if (isLocked && __tsan_acquire) __tsan_acquire(handle);
    return isLocked;
}
