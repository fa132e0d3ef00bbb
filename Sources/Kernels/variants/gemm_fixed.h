// Matrix products in block fixed point. Sums within a group are whole numbers, so they are the same in any order and
// on every CPU; groups are added one by one in f32.
#define AD_DEPTH 9

typedef int8_t vb __attribute__((vector_size(4 * AD_LANES)));
typedef int32_t viu __attribute__((vector_size(4 * AD_LANES), aligned(4)));

// Whole numbers may be added in any order, and clang uses that to spill the registers of a tile; this stops it.
#if defined(AD_MADD)
#define AD_KEEP(x) __asm__("" : "+" AD_REGISTER(x))
#else
#define AD_KEEP(x) (void)(x)
#endif

// sum[i] += Σ w x over the two signed numbers of 16 bits in a lane.
AD_INLINE vi add_pairs(vi sum, vi w, vi x) {
#if defined(AD_DOT_PAIRS)
    return (vi)AD_DOT_PAIRS(sum, w, x);
#elif defined(AD_MADD)
    return sum + (vi)AD_MADD(w, x);
#else
    return sum + ((w << 16) >> 16) * ((x << 16) >> 16) + (w >> 16) * (x >> 16);
#endif
}

// sum[i] += Σ w x over the four numbers of 8 bits in a lane, those of w unsigned.
AD_INLINE vi add_quads(vi sum, vi w, vi x) {
#if defined(AD_DOT_QUADS)
    return (vi)AD_DOT_QUADS(sum, w, x);
#elif defined(AD_MADD)
    // As pairs of 16 bits: the even numbers, then the odd ones.
    vi even = (vi)AD_SHIFT_RIGHT_16(AD_SHIFT_LEFT_16(x, 8), 8);
    sum += (vi)AD_MADD(w & 0x00ff00ff, even);
    return sum + (vi)AD_MADD(((w >> 8) & 0x00ff00ff), AD_SHIFT_RIGHT_16(x, 8));
#else
    for (int i = 0; i < 32; i += 8) sum += ((w >> i) & 0xff) * ((x << (24 - i)) >> 24);
    return sum;
#endif
}

AD_INLINE vi dot(const int bytes, vi sum, vi w, vi x) {
    return bytes == 2 ? add_pairs(sum, w, x) : add_quads(sum, w, x);
}

// Where a product's operands are, `bytes` (2 or 1) per number. Rounded rows are in tiles
// [groups][steps][AD_MR] of lanes with 4 / bytes numbers each, their scales and (8 bits) the start of their
// sums in [groups][AD_MR].
typedef struct {
    const uint8_t *x, *panel;
    const float *x_scales, *scales;
    const int32_t *starts;
    int64_t groups, panel_stride, scale_stride;  // strides from a panel to the next
    float *c;
    int64_t ldc, width;
    float beta;
    const uint8_t *ahead;  // where the next panel is; a share of it is fetched early
} fixed_tile;

// One tile: rows x 16 `wide` of C, all groups.
AD_INLINE void tile_fixed(const int bytes, const int rows, const int wide, const fixed_tile *t) {
    const int vectors = wide * AD_NV, steps = AD_GROUP * bytes / 4;
    const uint8_t *x = t->x, *panel = t->panel, *ahead = t->ahead;
    const float *x_scales = t->x_scales, *scales = t->scales;
    const int32_t *starts = t->starts;
    vf total[AD_MR][AD_WIDE * AD_NV];
    for (int m = 0; m < rows; m++)
        for (int v = 0; v < vectors; v++) total[m][v] = (vf){0};
    for (int64_t g = 0; g < t->groups; g++) {
        vi sum[AD_MR][AD_WIDE * AD_NV];
        for (int m = 0; m < rows; m++)
            for (int v = 0; v < vectors; v++) sum[m][v] = bytes == 2 ? (vi){0} : starts[m] - (vi){0};
        for (int k0 = 0; k0 < steps; k0 += 8) {
            for (int w = 0; w < wide; w++) __builtin_prefetch(ahead + w * t->panel_stride);
            ahead += 64;
            for (int k = 0; k < 8; k++, x += 4 * AD_MR, panel += 4 * AD_NR) {
                vi b[AD_WIDE * AD_NV];
                for (int v = 0; v < vectors; v++)
                    b[v] = *(const viu *)(panel + v / AD_NV * t->panel_stride + v % AD_NV * 4 * AD_LANES);
                for (int m = 0; m < rows; m++) {
                    int32_t lane;
                    memcpy(&lane, x + 4 * m, 4);
                    vi lanes = lane - (vi){0};
                    for (int v = 0; v < vectors; v++) {
                        sum[m][v] = dot(bytes, sum[m][v], b[v], lanes);
                        AD_KEEP(sum[m][v]);
                    }
                }
            }
        }
        for (int m = 0; m < rows; m++) {
            vf scale = vset(x_scales[m]);
            for (int v = 0; v < vectors; v++)
                total[m][v] += __builtin_convertvector(sum[m][v], vf) *
                               (scale * vload(scales + v / AD_NV * t->scale_stride + v % AD_NV * AD_LANES));
        }
        x_scales += AD_MR, starts += AD_MR, scales += AD_NR;
    }
    for (int m = 0; m < rows; m++) {
        float lanes[AD_WIDE * AD_NR], *row = t->c + m * t->ldc;
        if (t->width == wide * AD_NR) {
            for (int v = 0; v < vectors; v++) {
                vf old = t->beta == 0 ? (vf){0} : vload(row + v * AD_LANES);
                vstore(row + v * AD_LANES, old + total[m][v]);
            }
        } else {
            for (int v = 0; v < vectors; v++) vstore(lanes + v * AD_LANES, total[m][v]);
            for (int64_t j = 0; j < t->width; j++) row[j] = (t->beta == 0 ? 0 : row[j]) + lanes[j];
        }
    }
}

// `m` rows over the panels of `first`, whose tiles have `stride` groups each.
AD_INLINE void tiles_fixed(const int bytes, const int wide, int64_t m, int64_t stride, const fixed_tile *first) {
    const uint8_t *next = first->panel + wide * first->panel_stride;
    for (int64_t i = 0; i < m; i += AD_MR) {
        fixed_tile t = *first;
        t.x += i * stride * AD_GROUP * bytes;
        t.x_scales += i * stride, t.starts += i * stride;
        t.c += i * t.ldc;
        // Eight tiles fetch the whole next panel.
        t.ahead = next + i / AD_MR % 8 * t.groups * AD_GROUP * 2 * bytes;
#define AD_TILE(count) \
    case count: tile_fixed(bytes, count, wide, &t); break
        switch (m - i) {
            AD_SHORT_TILES
        default: tile_fixed(bytes, AD_MR, wide, &t); break;
        }
#undef AD_TILE
    }
}

// A unit is AD_WIDE panels side by side.
AD_INLINE void fixed_units(const int bytes, const ad_gemm_fixed *g, int64_t begin, int64_t end) {
    int64_t groups = ad_group_count(g->k), step = 96, group_bytes = AD_GROUP * bytes;
    for (int64_t row = 0; row < g->m; row += step) {
        int64_t rows = g->m - row < step ? g->m - row : step;
        for (int64_t unit = begin; unit < end; unit++) {
            int64_t n0 = unit * AD_WIDE * AD_NR, p = unit * AD_WIDE;
            int64_t left = g->n - n0, depth = bytes == 2 ? AD_DEPTH : 2 * AD_DEPTH;
            // A panel of `depth` groups and a tile's rows stay in the innermost cache.
            for (int64_t j = 0; j < groups; j += depth) {
                fixed_tile t = {
                    .x = (const uint8_t *)g->rounded + (row * groups + j * AD_MR) * group_bytes,
                    .panel = (const uint8_t *)g->packed + (p * groups + j) * group_bytes * AD_NR,
                    .x_scales = g->rounded_scales + row * groups + j * AD_MR,
                    .scales = g->scales + (p * groups + j) * AD_NR,
                    .starts = g->starts + row * groups + j * AD_MR,
                    .groups = groups - j < depth ? groups - j : depth,
                    .panel_stride = groups * group_bytes * AD_NR,
                    .scale_stride = groups * AD_NR,
                    .c = g->c + row * g->ldc + n0,
                    .ldc = g->ldc,
                    .width = left < AD_WIDE * AD_NR ? left : AD_WIDE * AD_NR,
                    .beta = j == 0 ? g->beta : 1,
                };
                if (AD_WIDE == 1 || left > AD_NR) tiles_fixed(bytes, AD_WIDE, rows, groups, &t);
                else tiles_fixed(bytes, 1, rows, groups, &t);
            }
        }
    }
}

static void units_i16(void *context, int64_t begin, int64_t end) { fixed_units(2, context, begin, end); }

static void units_i8(void *context, int64_t begin, int64_t end) { fixed_units(1, context, begin, end); }

// Rounds a group of inputs to 14 or 8 bits, lanes AD_MR lanes apart; a group with a NaN or infinity gets a scale that is
// not finite either.
AD_INLINE void round_group(const int bytes, const float *x, uint8_t *out, float *scale, int32_t *start) {
    const float steps = bytes == 2 ? 8191.0f : 127.0f;
    vf most = {0}, finite = {0};
    for (int i = 0; i < AD_GROUP; i += AD_LANES) {
        most = __builtin_elementwise_max(most, __builtin_elementwise_abs(vload(x + i)));
        finite += vload(x + i) - vload(x + i);
    }
    float largest = vmaximum(most);
    float inverse = largest > 0 ? steps / largest : 0;
    *scale = largest / steps + vsum(finite);
    int32_t bits[AD_GROUP];
    vi sums = {0};
    for (int i = 0; i < AD_GROUP; i += AD_LANES) {
        // Adding 1.5 · 2^23 rounds to the nearest whole number, ties to even; the low bits hold it.
        vf shifted = vload(x + i) * inverse + 12582912.0f;
        vi whole = (vi)shifted - 0x4B400000;
        *(viu *)(bits + i) = whole;
        sums += whole;
    }
    // Without a sign, because the bits of a NaN may be any number; its scale makes the product a NaN whatever
    // they are.
    uint32_t sum = 0;
    for (int i = 0; i < AD_LANES; i++) sum += (uint32_t)sums[i];
    // Weights of 8 bits are stored with 128 added, which the sums of their products begin without.
    *start = (int32_t)(sum * -128u);
    for (int i = 0; i < AD_GROUP; i += 4 / bytes) {
        uint32_t lane = bytes == 2 ? (uint32_t)(bits[i] & 0xffff) | (uint32_t)bits[i + 1] << 16
                                   : (uint32_t)(bits[i] & 0xff) | (uint32_t)(bits[i + 1] & 0xff) << 8 |
                                         (uint32_t)(bits[i + 2] & 0xff) << 16 | (uint32_t)bits[i + 3] << 24;
        memcpy(out + i * bytes * AD_MR, &lane, 4);
    }
}

AD_INLINE void fixed_rows(const int bytes, const ad_gemm_fixed *g, int64_t begin, int64_t end) {
    int64_t groups = ad_group_count(g->k);
    for (int64_t row = begin; row < end; row++) {
        int64_t tile = row / AD_MR * AD_MR, place = row % AD_MR;
        for (int64_t j = 0; j < groups; j++) {
            int64_t first = j * AD_GROUP, at = tile * groups + j * AD_MR;
            int64_t count = g->k - first < AD_GROUP ? g->k - first : AD_GROUP;
            const float *x = g->x + row * g->k + first;
            float padded[AD_GROUP] = {0};
            if (count < AD_GROUP) {
                memcpy(padded, x, (size_t)count * sizeof(float));
                x = padded;
            }
            round_group(bytes, x, (uint8_t *)g->rounded + at * AD_GROUP * bytes + 4 * place,
                        g->rounded_scales + at + place, g->starts + at + place);
        }
    }
}

static void rows_i16(void *context, int64_t begin, int64_t end) { fixed_rows(2, context, begin, end); }

static void rows_i8(void *context, int64_t begin, int64_t end) { fixed_rows(1, context, begin, end); }

void AD_NAME(gemm_fixed)(const ad_gemm_fixed *g) {
    int64_t units = (g->n + AD_WIDE * AD_NR - 1) / (AD_WIDE * AD_NR);
    ad_parallel(g->m, 4, g->bytes == 2 ? rows_i16 : rows_i8, (void *)g);
    ad_parallel(units, 1, g->bytes == 2 ? units_i16 : units_i8, (void *)g);
}
