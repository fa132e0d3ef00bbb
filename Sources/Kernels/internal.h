// What the kernel files share: threads, vectors of the variant's width, and the vector exponential.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AD_INLINE static inline __attribute__((always_inline))

// Runs body(context, begin, end) over [0, count) cut into contiguous pieces of at least `grain`. The only way to
// threads in this module.
typedef void (*ad_range_body)(void *context, int64_t begin, int64_t end);
void ad_parallel(int64_t count, int64_t grain, ad_range_body body, void *context);
int ad_threads(void);

// The calling piece's number, 0..<ad_threads(); picks its part of a scratch buffer.
int ad_thread(void);
