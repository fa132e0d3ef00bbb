// The hot loops compiled for avx2; dispatch.c picks the variant at run time.
#include "include/kernels.h"
#include "internal.h"
#if defined(__x86_64__)
#define AD_NAME(name) ad_##name##_avx2
#define AD_LANES 8
#define AD_MR 6
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "variants/vector.h"
#include "variants/gemm.h"
#include "variants/attention.h"
#include "variants/elementwise.h"
#include "variants/softmax.h"
#pragma clang attribute pop
#endif
