// Matrix products in block fixed point. Sums within a group are whole numbers, so they are the same in any order;
// groups are added one by one in f32.
#define AD_BITS_X 8191.0f
#define AD_DEPTH 9

typedef int16_t vh __attribute__((vector_size(4 * AD_LANES)));
typedef int16_t vhu __attribute__((vector_size(4 * AD_LANES), aligned(2)));
typedef int32_t viu __attribute__((vector_size(4 * AD_LANES), aligned(4)));

// Whole numbers may be added in any order, and clang uses that to spill the registers of a tile; this stops it.
#if defined(AD_MADD)
#define AD_KEEP(x) __asm__("" : "+x"(x))
#else
#define AD_KEEP(x) (void)(x)
#endif

// sum[i] += x[2i] b[2i] + x[2i+1] b[2i+1]
AD_INLINE vi multiply_add_pairs(vi sum, vh x, vh b) {
#if defined(AD_MADD)
    return sum + (vi)AD_MADD(x, b);
#else
    vi low = ((vi)x << 16) >> 16, high = (vi)x >> 16;
    vi b_low = ((vi)b << 16) >> 16, b_high = (vi)b >> 16;
    return sum + low * b_low + high * b_high;
#endif
}

AD_INLINE vh pair(const int16_t *x) {
    int32_t both;
    memcpy(&both, x, 4);
    return (vh)(both - (vi){0});
}

// One tile: rows x 16 of C, all groups. Rounded rows lie [groups][32][AD_MR][2], their scales [groups][AD_MR].
// `ahead` is where the next panel lies; a share of it is fetched early.
AD_INLINE void tile_fixed(const int rows, int64_t groups, const int16_t *x, const float *x_scales,
                          const int16_t *panel, const float *scales, float *c, int64_t ldc, int64_t width,
                          float beta, const int16_t *ahead) {
    vf total[AD_MR][AD_NV];
    for (int m = 0; m < rows; m++)
        for (int v = 0; v < AD_NV; v++) total[m][v] = (vf){0};
    for (int64_t g = 0; g < groups; g++) {
        vi sum[AD_MR][AD_NV];
        for (int m = 0; m < rows; m++)
            for (int v = 0; v < AD_NV; v++) sum[m][v] = (vi){0};
        for (int k0 = 0; k0 < AD_GROUP / 2; k0 += 8) {
            __builtin_prefetch(ahead);
            ahead += 32;
            for (int k = 0; k < 8; k++, x += 2 * AD_MR, panel += 2 * AD_NR) {
                vh b[AD_NV];
                for (int v = 0; v < AD_NV; v++) b[v] = *(const vhu *)(panel + v * 2 * AD_LANES);
                for (int m = 0; m < rows; m++) {
                    vh pairs = pair(x + 2 * m);
                    for (int v = 0; v < AD_NV; v++) {
                        sum[m][v] = multiply_add_pairs(sum[m][v], pairs, b[v]);
                        AD_KEEP(sum[m][v]);
                    }
                }
            }
        }
        for (int m = 0; m < rows; m++) {
            vf scale = vset(x_scales[m]);
            for (int v = 0; v < AD_NV; v++)
                total[m][v] += __builtin_convertvector(sum[m][v], vf) * (scale * vload(scales + v * AD_LANES));
        }
        x_scales += AD_MR;
        scales += AD_NR;
    }
    for (int m = 0; m < rows; m++) {
        float lanes[AD_NR], *row = c + m * ldc;
        if (width == AD_NR) {
            for (int v = 0; v < AD_NV; v++) {
                vf old = beta == 0 ? (vf){0} : vload(row + v * AD_LANES);
                vstore(row + v * AD_LANES, old + total[m][v]);
            }
        } else {
            for (int v = 0; v < AD_NV; v++) vstore(lanes + v * AD_LANES, total[m][v]);
            for (int64_t j = 0; j < width; j++) row[j] = (beta == 0 ? 0 : row[j]) + lanes[j];
        }
    }
}

// Rows of tiles of `stride` groups each, of which `groups` are taken.
static void tiles_fixed(int64_t m, int64_t groups, int64_t stride, const int16_t *x, const float *x_scales,
                        const int16_t *panel, const float *scales, float *c, int64_t ldc, int64_t width, float beta) {
    const int16_t *next = panel + groups * AD_GROUP * AD_NR;
    for (int64_t i = 0; i < m; i += AD_MR) {
        const int16_t *xi = x + i * stride * AD_GROUP;
        const float *si = x_scales + i * stride;
        float *ci = c + i * ldc;
        // Eight tiles fetch the whole next panel.
        const int16_t *ahead = next + i / AD_MR % 8 * groups * AD_GROUP * 2;
#define AD_TILE(count) \
    case count: tile_fixed(count, groups, xi, si, panel, scales, ci, ldc, width, beta, ahead); break
        switch (m - i) {
            AD_SHORT_TILES
        default: tile_fixed(AD_MR, groups, xi, si, panel, scales, ci, ldc, width, beta, ahead); break;
        }
#undef AD_TILE
    }
}

static void fixed_panels(void *context, int64_t begin, int64_t end) {
    const ad_gemm_fixed *g = context;
    int64_t groups = ad_group_count(g->k), step = 96;
    for (int64_t row = 0; row < g->m; row += step) {
        int64_t rows = g->m - row < step ? g->m - row : step;
        for (int64_t p = begin; p < end; p++) {
            int64_t n0 = p * AD_NR, width = g->n - n0 < AD_NR ? g->n - n0 : AD_NR;
            // A panel of AD_DEPTH groups and a tile's rows stay in the innermost cache.
            for (int64_t j = 0; j < groups; j += AD_DEPTH) {
                const int16_t *x = g->rounded + row * groups * AD_GROUP + j * AD_GROUP * AD_MR;
                tiles_fixed(rows, groups - j < AD_DEPTH ? groups - j : AD_DEPTH, groups, x,
                            g->rounded_scales + row * groups + j * AD_MR,
                            g->packed + (p * groups + j) * AD_GROUP * AD_NR, g->scales + (p * groups + j) * AD_NR,
                            g->c + row * g->ldc + n0, g->ldc, width, j == 0 ? g->beta : 1);
            }
        }
    }
}

// Rounds a group of inputs to 14 bits, pairs AD_MR pairs apart; a group with a NaN or infinity gets a scale that is
// none either.
AD_INLINE void round_group(const float *x, int16_t *out, float *scale) {
    vf most = {0}, finite = {0};
    for (int i = 0; i < AD_GROUP; i += AD_LANES) {
        most = __builtin_elementwise_max(most, __builtin_elementwise_abs(vload(x + i)));
        finite += vload(x + i) - vload(x + i);
    }
    float largest = vmaximum(most);
    float inverse = largest > 0 ? AD_BITS_X / largest : 0;
    *scale = largest / AD_BITS_X + vsum(finite);
    int32_t bits[AD_GROUP];
    for (int i = 0; i < AD_GROUP; i += AD_LANES) {
        // Adding 1.5 · 2^23 rounds to the nearest whole number, ties to even; the low bits hold it.
        vf shifted = vload(x + i) * inverse + 12582912.0f;
        *(viu *)(bits + i) = (vi)shifted - 0x4B400000;
    }
    for (int i = 0; i < AD_GROUP; i += 2) {
        out[i * AD_MR] = (int16_t)bits[i];
        out[i * AD_MR + 1] = (int16_t)bits[i + 1];
    }
}

static void fixed_rows(void *context, int64_t begin, int64_t end) {
    const ad_gemm_fixed *g = context;
    int64_t groups = ad_group_count(g->k);
    for (int64_t row = begin; row < end; row++) {
        int64_t tile = row / AD_MR * AD_MR, place = row % AD_MR;
        for (int64_t j = 0; j < groups; j++) {
            int64_t first = j * AD_GROUP;
            int64_t count = g->k - first < AD_GROUP ? g->k - first : AD_GROUP;
            const float *x = g->x + row * g->k + first;
            float padded[AD_GROUP] = {0};
            if (count < AD_GROUP) {
                memcpy(padded, x, (size_t)count * sizeof(float));
                x = padded;
            }
            int16_t *out = g->rounded + (tile * groups + j * AD_MR) * AD_GROUP + 2 * place;
            round_group(x, out, g->rounded_scales + tile * groups + j * AD_MR + place);
        }
    }
}

void AD_NAME(gemm_fixed)(const ad_gemm_fixed *g) {
    ad_parallel(g->m, 4, fixed_rows, (void *)g);
    ad_parallel((g->n + AD_NR - 1) / AD_NR, 1, fixed_panels, (void *)g);
}
