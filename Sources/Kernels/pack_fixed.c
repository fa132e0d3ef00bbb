// Weights in block fixed point: rounding to 13 bits a group, panels of 16 outputs with two inputs side by side.
#include "include/kernels.h"
#include "internal.h"

enum { WIDTH = 16, LARGEST = 4095 };

int64_t ad_group_count(int64_t k) { return (k + AD_GROUP - 1) / AD_GROUP; }

int64_t ad_packed_count_i16(int64_t n, int64_t k) {
    return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k) * AD_GROUP;
}

int64_t ad_scale_count_i16(int64_t n, int64_t k) { return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k); }

static int64_t place(int64_t n, int64_t k, int64_t groups) {
    return (n / WIDTH * groups * AD_GROUP / 2 + k / 2) * WIDTH * 2 + n % WIDTH * 2 + k % 2;
}

static int64_t scale_place(int64_t n, int64_t group, int64_t groups) {
    return (n / WIDTH * groups + group) * WIDTH + n % WIDTH;
}

typedef struct {
    int16_t *packed;
    float *scales;
    const float *rows;
    int64_t first, k;
} pack_context;

static void pack_rows(void *context, int64_t begin, int64_t end) {
    const pack_context *p = context;
    int64_t groups = ad_group_count(p->k);
    for (int64_t i = begin; i < end; i++)
        for (int64_t group = 0; group < groups; group++) {
            int64_t n = p->first + i, start = group * AD_GROUP;
            int64_t count = p->k - start < AD_GROUP ? p->k - start : AD_GROUP;
            const float *row = p->rows + i * p->k + start;
            float largest = 0, finite = 0;
            for (int64_t j = 0; j < count; j++) {
                largest = fabsf(row[j]) > largest ? fabsf(row[j]) : largest;
                finite += row[j] - row[j];
            }
            float inverse = largest > 0 && finite == 0 ? LARGEST / largest : 0;
            p->scales[scale_place(n, group, groups)] = largest / LARGEST + finite;
            int16_t *out = p->packed + place(n, start, groups);
            for (int64_t j = 0; j < count; j++)
                out[j / 2 * 2 * WIDTH + j % 2] = (int16_t)lrintf(row[j] * inverse);
        }
}

void ad_pack_i16(int16_t *packed, float *scales, const float *rows, int64_t first, int64_t count, int64_t k) {
    pack_context context = {packed, scales, rows, first, k};
    ad_parallel(count, 16, pack_rows, &context);
}

void ad_unpack_row_i16(float *out, const int16_t *packed, const float *scales, int64_t index, int64_t k) {
    int64_t groups = ad_group_count(k);
    for (int64_t j = 0; j < k; j++)
        out[j] = (float)packed[place(index, j, groups)] * scales[scale_place(index, j / AD_GROUP, groups)];
}
