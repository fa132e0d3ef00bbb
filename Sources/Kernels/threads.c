#define _GNU_SOURCE
// The thread pool: libgomp's, which oneDNN would share, so that no two pools fight for the cores.
// Swift's clang ships no omp.h, so the three entry points are declared here.
#include "include/kernels.h"
#include "internal.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/sysinfo.h>

extern void GOMP_parallel(void (*fn)(void *), void *data, unsigned num_threads, unsigned flags);
extern int omp_get_thread_num(void);
extern void omp_set_num_threads(int count);

static int thread_count = 1;

void ad_set_thread_count(int count) {
    thread_count = count < 1 ? 1 : count;
    omp_set_num_threads(thread_count);
}

int ad_threads(void) { return thread_count; }

int ad_thread_count(void) { return thread_count; }

int ad_thread(void) { return omp_get_thread_num(); }

typedef struct {
    ad_range_body body;
    void *context;
    int64_t count, grain;
    _Atomic int64_t next;
} ad_job;

// Threads take pieces as they come, large ones first and smaller ones towards the end: a thread that the machine
// holds up delays one piece, and all end at about the same time. No result depends on who computes what.
static void run_pieces(void *data) {
    ad_job *job = data;
    int64_t begin = atomic_load_explicit(&job->next, memory_order_relaxed);
    for (;;) {
        int64_t left = job->count - begin, size = left / (2 * thread_count);
        if (left <= 0) return;
        if (size < job->grain) size = left < job->grain ? left : job->grain;
        if (!atomic_compare_exchange_weak_explicit(&job->next, &begin, begin + size, memory_order_relaxed,
                                                   memory_order_relaxed)) continue;
        job->body(job->context, begin, begin + size);
        begin = atomic_load_explicit(&job->next, memory_order_relaxed);
    }
}

void ad_parallel(int64_t count, int64_t grain, ad_range_body body, void *context) {
    if (grain < 1) grain = 1;
    if (count <= grain || thread_count == 1) {
        if (count > 0) body(context, 0, count);
        return;
    }
    ad_job job = {body, context, count, grain, 0};
    GOMP_parallel(run_pieces, &job, (unsigned)thread_count, 0);
}

int ad_affinity_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

int64_t ad_memory_byte_count(void) {
    struct sysinfo info;
    return sysinfo(&info) == 0 ? (int64_t)info.totalram * info.mem_unit : INT64_MAX;
}
