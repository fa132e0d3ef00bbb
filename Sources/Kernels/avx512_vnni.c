// Products in fixed point with avx512's dot-product instructions; everything else is avx512's.
#include "include/kernels.h"
#include "internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include "variants/avx512.h"
#define AD_DOT_PAIRS(sum, w, x) _mm512_dpwssd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x))
#define AD_DOT_QUADS(sum, w, x) _mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x))
#define AD_NAME(name) ad_##name##_avx512_vnni
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#include "variants/vector.h"
#include "variants/tiles.h"
#include "variants/gemm_fixed.h"
#pragma clang attribute pop
#endif
