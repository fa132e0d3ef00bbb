#define _GNU_SOURCE
// The thread pool. A region ends when its pieces are done: a helper that has not begun is not waited for, and who waits
// sleeps after a short spin, so that a thread that the machine holds up finds a free core.
#include "include/kernels.h"
#include "internal.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define THREAD_LIMIT 256

// One region at a time. Fields above `state` change only while it is closed and empty.
static struct {
    ad_range_body body;
    void *context;
    int64_t count, grain;
    int threads;
    _Atomic int64_t next;
    // OPEN while helpers may come in, plus how many are inside. The caller sleeps on it.
    _Atomic uint32_t state;
    // One more with each region. Helpers sleep on it.
    _Atomic uint32_t epoch;
    _Atomic int sleeping;
    // Whether a caller has the pool, and for how many windows more the machine counts as crowded.
    atomic_flag taken;
    _Atomic int crowded;
} pool = {.taken = ATOMIC_FLAG_INIT};

enum { OPEN = 1u << 31 };

// Regions between two looks at how crowded the machine is.
enum { WINDOW = 128 };

static _Atomic int thread_count = 1;
static int started = 1;
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int number = 0;
static _Thread_local bool is_inside = false;

int ad_threads(void) { return atomic_load_explicit(&thread_count, memory_order_relaxed); }

int ad_thread_count(void) { return ad_threads(); }

int ad_thread(void) { return number; }

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int count) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); }

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Waits until the word is no longer `value`: for a while on the core, then asleep.
static void await_change(_Atomic uint32_t *word, uint32_t value, int64_t patience_ns) {
    int64_t end = now_ns() + patience_ns;
    do {
        for (int turn = 0; turn < 32; turn++) {
            if (atomic_load_explicit(word, memory_order_acquire) != value) return;
            relax();
        }
    } while (now_ns() < end);
    if (word == &pool.epoch) atomic_fetch_add(&pool.sleeping, 1);
    while (atomic_load(word) == value) sleep_while(word, value);
    if (word == &pool.epoch) atomic_fetch_sub(&pool.sleeping, 1);
}

// The system's own count of how often it took this thread off its core says whether the machine has more to do than
// cores. Each thread looks now and then, the caller also forgets.
static void look_around(void) {
    static _Thread_local unsigned regions = 0;
    static _Thread_local long seen = 0;
    if (++regions % WINDOW != 0) return;
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) != 0) return;
    int windows = atomic_load_explicit(&pool.crowded, memory_order_relaxed);
    if (usage.ru_nivcsw - seen > 4) windows = 4;
    else if (number == 0 && windows > 0) windows -= 1;
    atomic_store_explicit(&pool.crowded, windows, memory_order_relaxed);
    seen = usage.ru_nivcsw;
}

// Threads take pieces as they come, large ones first and smaller ones towards the end, so that all end at about the
// same time. No result depends on who computes what.
static void run_pieces(void) {
    int64_t begin = atomic_load_explicit(&pool.next, memory_order_relaxed);
    for (;;) {
        int64_t left = pool.count - begin, size = left / (2 * pool.threads);
        if (left <= 0) return;
        if (size < pool.grain) size = left < pool.grain ? left : pool.grain;
        if (!atomic_compare_exchange_weak_explicit(&pool.next, &begin, begin + size, memory_order_relaxed,
                                                   memory_order_relaxed)) continue;
        pool.body(pool.context, begin, begin + size);
        begin = atomic_load_explicit(&pool.next, memory_order_relaxed);
    }
}

static void help(void) {
    uint32_t state = atomic_load_explicit(&pool.state, memory_order_acquire);
    while (state & OPEN) {
        if (!atomic_compare_exchange_weak_explicit(&pool.state, &state, state + 1, memory_order_acquire,
                                                   memory_order_acquire)) continue;
        if (number < pool.threads) run_pieces();
        // The last one out of a closed region wakes its caller.
        if (atomic_fetch_sub_explicit(&pool.state, 1, memory_order_release) == 1) wake(&pool.state, 1);
        return;
    }
}

static void *serve(void *argument) {
    number = (int)(intptr_t)argument;
    is_inside = true;
    uint32_t epoch = atomic_load_explicit(&pool.epoch, memory_order_acquire);
    for (;;) {
        help();
        look_around();
        // Regions follow each other within microseconds; after that there is a pause.
        await_change(&pool.epoch, epoch, atomic_load_explicit(&pool.crowded, memory_order_relaxed) ? 20000 : 200000);
        epoch = atomic_load_explicit(&pool.epoch, memory_order_acquire);
    }
    return NULL;
}

// Starts the helpers that are missing; those that cannot be started do without: the caller does their work.
static void start_helpers(int count) {
    pthread_mutex_lock(&starting);
    sigset_t all, old;
    sigfillset(&all);
    // Signals are for the threads that know what they mean, but for those that a helper's own step raises.
    for (int each = 0; each < 5; each++) sigdelset(&all, (int[]){SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP}[each]);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (started < count) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)started) != 0) break;
        pthread_detach(thread);
        started += 1;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_mutex_unlock(&starting);
}

void ad_set_thread_count(int count) {
    int wanted = count < 1 ? 1 : count > THREAD_LIMIT ? THREAD_LIMIT : count;
    start_helpers(wanted);
    atomic_store(&thread_count, wanted);
}

void ad_parallel(int64_t count, int64_t grain, ad_range_body body, void *context) {
    if (grain < 1) grain = 1;
    int threads = ad_threads();
    // A second caller at the same time, or one from inside a region, works alone.
    if (count <= grain || threads == 1 || is_inside || atomic_flag_test_and_set_explicit(&pool.taken, memory_order_acquire)) {
        if (count > 0) body(context, 0, count);
        return;
    }
    is_inside = true;
    look_around();
    pool.body = body, pool.context = context, pool.count = count, pool.grain = grain, pool.threads = threads;
    atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
    atomic_store_explicit(&pool.state, OPEN, memory_order_release);
    atomic_fetch_add(&pool.epoch, 1);
    if (atomic_load(&pool.sleeping) > 0) wake(&pool.epoch, threads - 1);
    run_pieces();
    uint32_t state = atomic_fetch_and_explicit(&pool.state, ~OPEN, memory_order_acquire) & ~OPEN;
    while (state != 0) {
        await_change(&pool.state, state, atomic_load_explicit(&pool.crowded, memory_order_relaxed) ? 5000 : 50000);
        state = atomic_load_explicit(&pool.state, memory_order_acquire);
    }
    is_inside = false;
    atomic_flag_clear_explicit(&pool.taken, memory_order_release);
}

int ad_affinity_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

int64_t ad_memory_byte_count(void) {
    struct sysinfo info;
    return sysinfo(&info) == 0 ? (int64_t)info.totalram * info.mem_unit : INT64_MAX;
}
