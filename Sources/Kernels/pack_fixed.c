// Weights in block fixed point: rounding to 13 or 8 bits a group, panels of 16 outputs, lanes of two or four inputs.
#include "include/kernels.h"
#include "internal.h"

enum { WIDTH = 16, OFFSET = 128 };

int64_t ad_group_count(int64_t k) { return (k + AD_GROUP - 1) / AD_GROUP; }

int64_t ad_fixed_byte_count(int bytes, int64_t n, int64_t k) {
    return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k) * AD_GROUP * bytes;
}

int64_t ad_fixed_scale_count(int64_t n, int64_t k) { return (n + WIDTH - 1) / WIDTH * WIDTH * ad_group_count(k); }

// Where a number lies, counted in numbers.
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
    int64_t first, k;
} pack_context;

static void pack_rows(void *context, int64_t begin, int64_t end) {
    const pack_context *p = context;
    int64_t groups = ad_group_count(p->k), side = 4 / p->bytes;
    const float most = p->bytes == 2 ? 4095 : 127;
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
            float inverse = largest > 0 && finite == 0 ? most / largest : 0;
            p->scales[scale_place(n, group, groups)] = largest / most + finite;
            int64_t at = place(p->bytes, n, start, groups);
            for (int64_t j = 0; j < count; j++) {
                int64_t to = at + j / side * side * WIDTH + j % side;
                long value = lrintf(row[j] * inverse);
                if (p->bytes == 2) ((int16_t *)p->packed)[to] = (int16_t)value;
                else ((uint8_t *)p->packed)[to] = (uint8_t)(value + OFFSET);
            }
        }
}

void ad_fixed_pack(int bytes, void *packed, float *scales, const float *rows, int64_t first, int64_t count, int64_t k) {
    pack_context context = {bytes, packed, scales, rows, first, k};
    ad_parallel(count, 16, pack_rows, &context);
}

void ad_fixed_unpack_row(int bytes, float *out, const void *packed, const float *scales, int64_t index, int64_t k) {
    int64_t groups = ad_group_count(k);
    for (int64_t j = 0; j < k; j++) {
        int64_t at = place(bytes, index, j, groups);
        int value = bytes == 2 ? ((const int16_t *)packed)[at] : ((const uint8_t *)packed)[at] - OFFSET;
        out[j] = (float)value * scales[scale_place(index, j / AD_GROUP, groups)];
    }
}
