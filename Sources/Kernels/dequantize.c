// Widening stored weights to f32: one plain loop per type, run once while a model loads.
// Each formula is where it is computed; d, m: f16 scale and minimum of a block, q: stored integers.
#include "ad_dequantize.h"
#include "internal.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

static uint16_t load16(const uint8_t *in) { return (uint16_t)(in[0] | in[1] << 8); }

static uint32_t load32(const uint8_t *in) {
    return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// IEEE half to float, exact; subnormals are scaled up, infinities and NaN payloads kept.
static float half(const uint8_t *in) {
    uint32_t bits = load16(in);
    uint32_t sign = (bits & 0x8000u) << 16;
    uint32_t exponent = bits >> 10 & 0x1fu;
    uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0) {
        float value = (float)fraction * 0x1p-24f;
        return sign ? -value : value;
    }
    exponent = exponent == 31 ? 255 : exponent + 112;
    return from_bits(sign | exponent << 23 | fraction << 13);
}

// d q
static void q8_0(float *restrict out, const uint8_t *restrict in) {
    float d = half(in);
    for (int i = 0; i < 32; i++) out[i] = (float)(int8_t)in[2 + i] * d;
}

// d (q − 8), or d q + m
static void q4(float *restrict out, const uint8_t *restrict in, int with_minimum) {
    float d = half(in);
    const uint8_t *q = in + (with_minimum ? 4 : 2);
    for (int i = 0; i < 32; i++) {
        int value = q[i & 15] >> (i < 16 ? 0 : 4) & 15;
        if (with_minimum)
            out[i] = d * (float)value + half(in + 2);
        else
            out[i] = d * (float)(value - 8);
    }
}

// d (q − 16), or d q + m; the fifth bits of all 32 values are in one word
static void q5(float *restrict out, const uint8_t *restrict in, int with_minimum) {
    float d = half(in);
    const uint8_t *rest = in + (with_minimum ? 4 : 2);
    uint32_t high = load32(rest);
    const uint8_t *q = rest + 4;
    for (int i = 0; i < 32; i++) {
        int value = (q[i & 15] >> (i < 16 ? 0 : 4) & 15) | (int)(high >> i & 1) << 4;
        if (with_minimum)
            out[i] = d * (float)value + half(in + 2);
        else
            out[i] = d * (float)(value - 16);
    }
}

// Six-bit scale and minimum of group 0...7 from their twelve packed bytes.
static void group_scale(const uint8_t *packed, int group, int *scale, int *minimum) {
    if (group < 4) {
        *scale = packed[group] & 63;
        *minimum = packed[group + 4] & 63;
    } else {
        *scale = (packed[group + 4] & 15) | (packed[group - 4] >> 2 & 48);
        *minimum = packed[group + 4] >> 4 | (packed[group] >> 2 & 48);
    }
}

// (d scale) q − (m minimum), 8 groups of 32; with_high adds the fifth bit
static void q45_k(float *restrict out, const uint8_t *restrict in, int with_high) {
    float d = half(in), m = half(in + 2);
    const uint8_t *high = in + 16;
    const uint8_t *q = with_high ? high + 32 : high;
    for (int group = 0; group < 8; group++) {
        int scale, minimum;
        group_scale(in + 4, group, &scale, &minimum);
        float ds = d * (float)scale, ms = m * (float)minimum;
        for (int i = 0; i < 32; i++) {
            int value = q[32 * (group / 2) + i] >> (4 * (group & 1)) & 15;
            if (with_high) value |= (high[i] >> group & 1) << 4;
            out[32 * group + i] = ds * (float)value - ms;
        }
    }
}

// (d scale) (q − 32), 16 groups of 16; low four bits, then high two bits, then scales, then d
static void q6_k(float *restrict out, const uint8_t *restrict in) {
    const uint8_t *low = in, *high = in + 128, *scales = in + 192;
    float d = half(in + 208);
    for (int part = 0; part < 8; part++) {
        int side = part / 4, quarter = part & 3;
        for (int i = 0; i < 32; i++) {
            int value = low[64 * side + 32 * (quarter & 1) + i] >> (quarter < 2 ? 0 : 4) & 15;
            value |= (high[32 * side + i] >> (2 * quarter) & 3) << 4;
            int index = 32 * part + i;
            out[index] = d * (float)(int8_t)scales[index / 16] * (float)(value - 32);
        }
    }
}

// (d scale) q − (m minimum), 16 groups of 16; scale and minimum share a byte, then 2-bit values, then d and m
static void q2_k(float *restrict out, const uint8_t *restrict in) {
    const uint8_t *scales = in, *q = in + 16;
    float d = half(in + 80), m = half(in + 82);
    for (int i = 0; i < 256; i++) {
        int value = q[32 * (i / 128) + (i & 31)] >> (2 * (i / 32 & 3)) & 3;
        uint8_t both = scales[i / 16];
        float ds = d * (float)(both & 15), ms = m * (float)(both >> 4);
        out[i] = ds * (float)value - ms;
    }
}

// (d (scale − 32)) q, 16 groups of 16; q is two bits, less 4 where its bit in the mask is 0. Mask, then 2-bit
// values, then scales: low four bits of 16 in eight bytes, high two in four; then d
static void q3_k(float *restrict out, const uint8_t *restrict in) {
    const uint8_t *mask = in, *q = in + 32, *scales = in + 96;
    float d = half(in + 108);
    for (int group = 0; group < 16; group++) {
        int low = scales[group & 7] >> (group < 8 ? 0 : 4) & 15;
        int high = scales[8 + (group & 3)] >> (2 * (group / 4)) & 3;
        float ds = d * (float)((low | high << 4) - 32);
        for (int i = 16 * group; i < 16 * (group + 1); i++) {
            int value = q[32 * (i / 128) + (i & 31)] >> (2 * (i / 32 & 3)) & 3;
            if ((mask[i & 31] >> (i / 32) & 1) == 0) value -= 4;
            out[i] = ds * (float)value;
        }
    }
}

// What the four bits of the IQ4 types stand for: closer together around 0.
static const int8_t uneven[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// d uneven[q]
static void iq4_nl(float *restrict out, const uint8_t *restrict in) {
    float d = half(in);
    for (int i = 0; i < 32; i++) out[i] = d * (float)uneven[in[2 + (i & 15)] >> (i < 16 ? 0 : 4) & 15];
}

// (d (scale − 32)) uneven[q], 8 groups of 32; d, then high two bits of all scales, then low four, then q
static void iq4_xs(float *restrict out, const uint8_t *restrict in) {
    const uint8_t *low = in + 4, *q = in + 8;
    float d = half(in);
    for (int group = 0; group < 8; group++) {
        int scale = (low[group / 2] >> (4 * (group & 1)) & 15) | (load16(in + 2) >> (2 * group) & 3) << 4;
        float ds = d * (float)(scale - 32);
        for (int i = 0; i < 32; i++) {
            int value = q[16 * group + (i & 15)] >> (i < 16 ? 0 : 4) & 15;
            out[32 * group + i] = ds * (float)uneven[value];
        }
    }
}

int64_t ad_block_values(int type) {
    switch (type) {
        case AD_TYPE_F32:
        case AD_TYPE_F16:
        case AD_TYPE_BF16: return 1;
        case AD_TYPE_Q4_0:
        case AD_TYPE_Q4_1:
        case AD_TYPE_Q5_0:
        case AD_TYPE_Q5_1:
        case AD_TYPE_Q8_0:
        case AD_TYPE_IQ4_NL: return 32;
        case AD_TYPE_Q2_K:
        case AD_TYPE_Q3_K:
        case AD_TYPE_IQ4_XS:
        case AD_TYPE_Q4_K:
        case AD_TYPE_Q5_K:
        case AD_TYPE_Q6_K: return 256;
        default: return 0;
    }
}

int64_t ad_block_bytes(int type) {
    switch (type) {
        case AD_TYPE_F32: return 4;
        case AD_TYPE_F16:
        case AD_TYPE_BF16: return 2;
        case AD_TYPE_Q4_0: return 18;
        case AD_TYPE_Q4_1: return 20;
        case AD_TYPE_Q5_0: return 22;
        case AD_TYPE_Q5_1: return 24;
        case AD_TYPE_Q8_0: return 34;
        case AD_TYPE_Q2_K: return 84;
        case AD_TYPE_Q3_K: return 110;
        case AD_TYPE_IQ4_NL: return 18;
        case AD_TYPE_IQ4_XS: return 136;
        case AD_TYPE_Q4_K: return 144;
        case AD_TYPE_Q5_K: return 176;
        case AD_TYPE_Q6_K: return 210;
        default: return 0;
    }
}

typedef struct {
    int type;
    float *out;
    const uint8_t *in;
} widen_context;

static void widen(void *context, int64_t begin, int64_t end) {
    const widen_context *w = context;
    int64_t values = ad_block_values(w->type), bytes = ad_block_bytes(w->type);
    float *restrict out = w->out + begin * values;
    const uint8_t *restrict in = w->in + begin * bytes;
    switch (w->type) {
        case AD_TYPE_F32:
            for (int64_t i = 0; i < end - begin; i++) out[i] = from_bits(load32(in + 4 * i));
            return;
        case AD_TYPE_F16:
            for (int64_t i = 0; i < end - begin; i++) out[i] = half(in + 2 * i);
            return;
        case AD_TYPE_BF16:
            for (int64_t i = 0; i < end - begin; i++) out[i] = from_bits((uint32_t)load16(in + 2 * i) << 16);
            return;
    }
    for (int64_t block = begin; block < end; block++, out += values, in += bytes) {
        switch (w->type) {
            case AD_TYPE_Q4_0: q4(out, in, 0); break;
            case AD_TYPE_Q4_1: q4(out, in, 1); break;
            case AD_TYPE_Q5_0: q5(out, in, 0); break;
            case AD_TYPE_Q5_1: q5(out, in, 1); break;
            case AD_TYPE_Q8_0: q8_0(out, in); break;
            case AD_TYPE_Q2_K: q2_k(out, in); break;
            case AD_TYPE_Q3_K: q3_k(out, in); break;
            case AD_TYPE_IQ4_NL: iq4_nl(out, in); break;
            case AD_TYPE_IQ4_XS: iq4_xs(out, in); break;
            case AD_TYPE_Q4_K: q45_k(out, in, 0); break;
            case AD_TYPE_Q5_K: q45_k(out, in, 1); break;
            case AD_TYPE_Q6_K: q6_k(out, in); break;
        }
    }
}

int ad_dequantize(int type, float *restrict out, const uint8_t *restrict in, int64_t blocks) {
    int64_t values = ad_block_values(type);
    if (values == 0) return -1;
    widen_context context = {type, out, in};
    ad_parallel(blocks, 8192 / values, widen, &context);
    return 0;
}
