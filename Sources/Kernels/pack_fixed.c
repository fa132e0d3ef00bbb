// Weights in block fixed point: rounding to 13 or 8 bits a group, panels of 16 outputs, lanes of two or four inputs.
#include "include/kernels.h"
#include "internal.h"

enum { WIDTH = 16, OFFSET = 128 };

int64_t ad_group_count(int64_t k) { return (k + AD_GROUP - 1) / AD_GROUP; }

int64_t ad_fixed_byte_count(int bytes, int64_t n, int64_t k) {
    return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k) * AD_GROUP * bytes;
}

int64_t ad_fixed_scale_count(int64_t n, int64_t k) { return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k); }

// Where a number is, counted in numbers.
static int64_t place(int bytes, int64_t n, int64_t k, int64_t groups) {
    int64_t side = 4 / bytes;
    return (n / WIDTH * groups * AD_GROUP / side + k / side) * WIDTH * side + n % WIDTH * side + k % side;
}

static int64_t scale_place(int64_t n, int64_t group, int64_t groups) {
    return (n / WIDTH * groups + group) * WIDTH + n % WIDTH;
}

typedef struct {
    int bytes;
    void *packed;
    float *scales;
    const float *rows;
    int64_t first, count, k, panel;  // panel: the first one
} pack_context;

// Rounds `count` numbers to whole ones of `bytes` each, in words of two or four; returns the group's scale.
static float round_group(int bytes, uint32_t *words, const float *row, int64_t count) {
    const float most = bytes == 2 ? 4095 : 127, to_even = 0x1.8p23f;
    // The bits of what is not negative are ordered as the numbers are, and NaN comes last.
    int32_t largest_bits = 0, values[AD_GROUP] = {0};
    for (int64_t j = 0; j < count; j++) {
        int32_t bits;
        memcpy(&bits, row + j, 4);
        bits &= 0x7fffffff;
        largest_bits = bits > largest_bits ? bits : largest_bits;
    }
    float largest;
    memcpy(&largest, &largest_bits, 4);
    float inverse = most / largest;
    // A group of zeros, or of numbers too small to differ from them, stays zero; the scale of one that is not finite
    // is NaN and tells so.
    if (inverse > 0 && inverse < INFINITY)
        for (int64_t j = 0; j < count; j++) {
            float scaled = row[j] * inverse;
            // Adding 1.5 · 2²³ rounds to even as lrintf does; compilers make vectors of it.
            float rounded = scaled + to_even;
            int32_t bits, zero;
            memcpy(&bits, &rounded, 4);
            memcpy(&zero, &to_even, 4);
            values[j] = bits - zero;
        }
    if (bytes == 2)
        for (int64_t w = 0; w < AD_GROUP / 2; w++)
            words[w] = (uint32_t)(values[2 * w] & 0xffff) | (uint32_t)values[2 * w + 1] << 16;
    else
        for (int64_t w = 0; w < AD_GROUP / 4; w++) {
            words[w] = 0;
            for (int i = 0; i < 4; i++) words[w] |= (uint32_t)(values[4 * w + i] + OFFSET) << (8 * i);
        }
    return largest < INFINITY ? largest / most : NAN;
}

// Whole panels, so that a panel's cache lines are written once and by one thread.
static void pack_panels(void *context, int64_t begin, int64_t end) {
    const pack_context *p = context;
    const int64_t groups = ad_group_count(p->k), side = 4 / p->bytes, width = AD_GROUP / side;
    for (int64_t panel = p->panel + begin; panel < p->panel + end; panel++) {
        int64_t first = panel * WIDTH < p->first ? p->first : panel * WIDTH;
        int64_t last = (panel + 1) * WIDTH < p->first + p->count ? (panel + 1) * WIDTH : p->first + p->count;
        for (int64_t group = 0; group < groups; group++) {
            uint32_t words[WIDTH][AD_GROUP / 2];
            int64_t start = group * AD_GROUP, count = p->k - start < AD_GROUP ? p->k - start : AD_GROUP;
            for (int64_t n = first; n < last; n++)
                p->scales[scale_place(n, group, groups)] =
                    round_group(p->bytes, words[n % WIDTH], p->rows + (n - p->first) * p->k + start, count);
            uint32_t *out = (uint32_t *)p->packed + (panel * groups + group) * width * WIDTH;
            for (int64_t w = 0; w < width; w++)
                for (int64_t n = first % WIDTH; n < first % WIDTH + last - first; n++) out[w * WIDTH + n] = words[n][w];
        }
    }
}

void ad_fixed_pack(int bytes, void *packed, float *scales, const float *rows, int64_t first, int64_t count, int64_t k) {
    pack_context context = {bytes, packed, scales, rows, first, count, k, first / WIDTH};
    ad_parallel((first + count + WIDTH - 1) / WIDTH - first / WIDTH, 1, pack_panels, &context);
}

void ad_fixed_unpack_row(int bytes, float *out, const void *packed, const float *scales, int64_t index, int64_t k) {
    int64_t groups = ad_group_count(k);
    for (int64_t j = 0; j < k; j++) {
        int64_t at = place(bytes, index, j, groups);
        int value = bytes == 2 ? ((const int16_t *)packed)[at] : ((const uint8_t *)packed)[at] - OFFSET;
        out[j] = (float)value * scales[scale_place(index, j / AD_GROUP, groups)];
    }
}
