// Moving weights into panels and back, and the bf16 conversions: memory traffic, no arithmetic.
#include "include/kernels.h"
#include "internal.h"

enum { WIDTH = 16 };

int64_t ad_packed_count(int64_t n, int64_t k) { return (n + WIDTH - 1) / WIDTH * WIDTH * k; }

typedef struct {
    float *packed;
    const float *rows;
    int64_t first, k;
} pack_context;

static void pack_rows(void *context, int64_t begin, int64_t end) {
    const pack_context *p = context;
    for (int64_t i = begin; i < end; i++) {
        int64_t n = p->first + i;
        float *panel = p->packed + n / WIDTH * p->k * WIDTH + n % WIDTH;
        for (int64_t j = 0; j < p->k; j++) panel[j * WIDTH] = p->rows[i * p->k + j];
    }
}

void ad_pack_f32(float *packed, const float *rows, int64_t first, int64_t count, int64_t k) {
    pack_context context = {packed, rows, first, k};
    ad_parallel(count, WIDTH, pack_rows, &context);
}

void ad_unpack_row_f32(float *out, const float *packed, int64_t index, int64_t k) {
    const float *panel = packed + index / WIDTH * k * WIDTH + index % WIDTH;
    for (int64_t j = 0; j < k; j++) out[j] = panel[j * WIDTH];
}

static void store_rows(void *context, int64_t begin, int64_t end) {
    const ad_store *s = context;
    for (int64_t row = begin; row < end; row++) {
        int64_t slot = s->slots[row];
        const float *key = s->key + row * s->ld;
        float *block = s->k + slot / AD_KEY_BLOCK * s->width * AD_KEY_BLOCK + slot % AD_KEY_BLOCK;
        for (int64_t c = 0; c < s->width; c++) block[c * AD_KEY_BLOCK] = key[c];
        memcpy(s->v + slot * s->width, s->value + row * s->ld, (size_t)s->width * sizeof(float));
    }
}

void ad_store_f32(const ad_store *job) {
    ad_parallel(job->rows, 8, store_rows, (void *)job);
}

void ad_to_bf16(uint16_t *out, const float *x, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        // NaN keeps its sign and stays quiet; everything else rounds to even.
        uint32_t rounded = (bits & 0x7fffffff) > 0x7f800000 ? bits | 0x400000 : bits + 0x7fff + ((bits >> 16) & 1);
        out[i] = (uint16_t)(rounded >> 16);
    }
}

void ad_from_bf16(float *out, const uint16_t *x, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)x[i] << 16;
        memcpy(out + i, &bits, 4);
    }
}
