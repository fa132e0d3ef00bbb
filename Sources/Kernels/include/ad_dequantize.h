// Widening stored weights to f32. Types have the numbers of the GGUF format; layouts: ggml-common.h of ggml.
#pragma once
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    AD_TYPE_F32 = 0,
    AD_TYPE_F16 = 1,
    AD_TYPE_Q4_0 = 2,
    AD_TYPE_Q4_1 = 3,
    AD_TYPE_Q5_0 = 6,
    AD_TYPE_Q5_1 = 7,
    AD_TYPE_Q8_0 = 8,
    AD_TYPE_Q2_K = 10,
    AD_TYPE_Q3_K = 11,
    AD_TYPE_Q4_K = 12,
    AD_TYPE_Q5_K = 13,
    AD_TYPE_Q6_K = 14,
    AD_TYPE_IQ4_NL = 20,
    AD_TYPE_IQ4_XS = 23,
    AD_TYPE_BF16 = 30,
};

// Values in one block of a type and the bytes it takes; 0 for a type that is not listed above.
int64_t ad_block_values(int type);
int64_t ad_block_bytes(int type);

// out [blocks · ad_block_values(type)] = the values of `blocks` consecutive blocks. No alignment is needed and
// the two buffers may not overlap. Each value is rounded as its formula is written, without fused operations,
// so that results are the same on every CPU. Returns 0, or −1 for an unknown type (nothing is written then).
int ad_dequantize(int type, float *restrict out, const uint8_t *restrict in, int64_t blocks);

#pragma clang assume_nonnull end
