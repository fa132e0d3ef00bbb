// Products in fixed point with avx2's dot-product instructions; everything else is avx2's.
#include "include/kernels.h"
#include "internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include "variants/avx2.h"
#define AD_DOT_PAIRS(sum, w, x) _mm256_dpwssd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x))
#define AD_DOT_QUADS(sum, w, x) _mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x))
#define AD_NAME(name) ad_##name##_avx2_vnni
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#include "variants/vector.h"
#include "variants/tiles.h"
#include "variants/gemm_fixed.h"
#pragma clang attribute pop
#endif
