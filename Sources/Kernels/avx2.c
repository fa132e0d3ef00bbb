// The hot loops compiled for avx2; dispatch.c picks the variant at run time.
#include "include/kernels.h"
#include "internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include "variants/avx2.h"
#define AD_NAME(name) ad_##name##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "variants/vector.h"
#include "variants/tiles.h"
#include "variants/gemm.h"
#include "variants/gemm_fixed.h"
#include "variants/attention.h"
#include "variants/attention_backward.h"
#include "variants/elementwise.h"
#include "variants/softmax.h"
#pragma clang attribute pop
#endif
