// The hot loops compiled for plain; dispatch.c picks the variant at run time.
#include "include/kernels.h"
#include "internal.h"
#if 1
#define AD_NAME(name) ad_##name##_plain
#define AD_LANES 4
#define AD_MR 6
#define AD_WIDE 1

#include "variants/vector.h"
#include "variants/tiles.h"
#include "variants/gemm.h"
#include "variants/gemm_fixed.h"
#include "variants/attention.h"
#include "variants/attention_backward.h"
#include "variants/elementwise.h"
#include "variants/softmax.h"
#endif
