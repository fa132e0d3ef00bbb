// Matrix products in f32: every element is summed in one fixed order over k (blocks of AD_KC, within a
// block one by one), whatever the number of rows, their place in the batch, or the threads. oneDNN's f32
// product on AVX2 does not keep that order (measured: bits change with the row count), so we have our own.
#define AD_KC 384

// One tile: rows x 16 of C from `depth` steps. A(m,k) = a[m*ars + k*acs]; the panel holds 16 floats per k. `ahead`
// is where the next panel is: one of its lines is fetched every eight steps.
AD_INLINE void tile(const int rows, int64_t depth, const float *a, int64_t ars, int64_t acs, const float *panel,
                    float *c, int64_t ldc, int64_t width, float alpha, float beta, const float *ahead) {
    vf sum[AD_MR][AD_NV];
    for (int m = 0; m < rows; m++)
        for (int v = 0; v < AD_NV; v++) sum[m][v] = (vf){0};
    for (int64_t k = 0; k < depth; k++) {
        if (k % 8 == 0) __builtin_prefetch(ahead + k / 8 * AD_NR);
        vf b[AD_NV];
        for (int v = 0; v < AD_NV; v++) b[v] = vload(panel + k * AD_NR + v * AD_LANES);
        for (int m = 0; m < rows; m++) {
            vf x = vset(a[m * ars + k * acs]);
            for (int v = 0; v < AD_NV; v++) sum[m][v] += x * b[v];
        }
    }
    for (int m = 0; m < rows; m++) {
        float *row = c + m * ldc;
        if (width == AD_NR) {
            for (int v = 0; v < AD_NV; v++) {
                vf old = beta == 0 ? (vf){0} : beta * vload(row + v * AD_LANES);
                vstore(row + v * AD_LANES, old + alpha * sum[m][v]);
            }
        } else {
            float lanes[AD_NR];
            for (int v = 0; v < AD_NV; v++) vstore(lanes + v * AD_LANES, sum[m][v]);
            for (int64_t j = 0; j < width; j++) {
                vf old = beta == 0 ? (vf){0} : beta * vset(row[j]);
                vf value = old + alpha * vset(lanes[j]);
                row[j] = value[0];
            }
        }
    }
}

static void tiles(int64_t m, int64_t depth, const float *a, int64_t ars, int64_t acs, const float *panel,
                  float *c, int64_t ldc, int64_t width, float alpha, float beta, const float *next) {
    for (int64_t i = 0; i < m; i += AD_MR) {
        const float *rows = a + i * ars;
        float *out = c + i * ldc;
        // Eight tiles fetch the whole next panel.
        const float *ahead = next + i / AD_MR % 8 * (depth / 8) * AD_NR;
#define AD_TILE(count) \
    case count: tile(count, depth, rows, ars, acs, panel, out, ldc, width, alpha, beta, ahead); break
        switch (m - i) {
            AD_SHORT_TILES
        default: tile(AD_MR, depth, rows, ars, acs, panel, out, ldc, width, alpha, beta, ahead); break;
        }
#undef AD_TILE
    }
}

// to[k][0..4) = from[n][k] for 4 x 4 elements.
AD_INLINE void transpose4(const float *from, int64_t stride, float *to) {
    typedef float v4 __attribute__((vector_size(16), aligned(4)));
    v4 a = *(const v4 *)from, b = *(const v4 *)(from + stride);
    v4 c = *(const v4 *)(from + 2 * stride), d = *(const v4 *)(from + 3 * stride);
    v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    v4 ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(v4 *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(v4 *)(to + AD_NR) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(v4 *)(to + 2 * AD_NR) = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
    *(v4 *)(to + 3 * AD_NR) = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

// Fills panel[k][16] for columns n0.. of B over k0..k0+depth; k0 is a multiple of 16.
AD_INLINE void fill_panel(const ad_gemm *g, float *panel, int64_t n0, int64_t k0, int64_t depth) {
    int64_t width = g->n - n0 < AD_NR ? g->n - n0 : AD_NR;
    for (int64_t k = 0; k < depth; k += AD_NR, panel += AD_NR * AD_NR) {
        int64_t steps = depth - k < AD_NR ? depth - k : AD_NR;
        const float *b = g->b + (k0 + k) * g->brs + n0 * g->bcs;
        int64_t row = g->brs, column = g->bcs;
        if (g->layout == AD_PACKED_TRANSPOSED) {
            // Output column n is the packed weight's input k; the sum runs over its outputs, 16 side by side.
            b = g->b + ((k0 + k) / AD_NR * g->n + n0) * AD_NR;
            row = 1, column = AD_NR;
        }
        if (width == AD_NR && steps == AD_NR && row == 1) {
            for (int i = 0; i < AD_NR; i += 4)
                for (int j = 0; j < AD_NR; j += 4) transpose4(b + j * column + i, column, panel + i * AD_NR + j);
        } else if (width == AD_NR && column == 1) {
            for (int64_t i = 0; i < steps; i++) memcpy(panel + i * AD_NR, b + i * row, AD_NR * sizeof(float));
        } else {
            for (int64_t i = 0; i < steps; i++)
                for (int64_t j = 0; j < AD_NR; j++)
                    panel[i * AD_NR + j] = j < width ? b[i * row + j * column] : 0;
        }
    }
}

// Rows x panels of C. Rows are taken up to 288 at a time and k in blocks, so that the part of A in use stays in the
// second cache while the panels pass by, and a panel in the first while its rows do. Parts are of one height: filling a
// panel costs as much for few rows as for many.
static void block(const ad_gemm *g, int64_t panel0, int64_t panel1, int64_t row0, int64_t row1) {
    float room[AD_KC * AD_NR];
    const int64_t parts = (row1 - row0 + 287) / 288;
    const int64_t height = parts == 0 ? 0 : (row1 - row0 + parts * AD_MR - 1) / (parts * AD_MR) * AD_MR;
    for (int64_t row = row0; row < row1; row += height) {
        int64_t rows = row1 - row < height ? row1 - row : height;
        for (int64_t k0 = 0; k0 < g->k; k0 += AD_KC) {
            int64_t depth = g->k - k0 < AD_KC ? g->k - k0 : AD_KC;
            for (int64_t p = panel0; p < panel1; p++) {
                int64_t n0 = p * AD_NR, width = g->n - n0 < AD_NR ? g->n - n0 : AD_NR;
                const float *panel = room, *next = room;
                if (g->layout == AD_PACKED) {
                    panel = g->b + (p * g->k + k0) * AD_NR;
                    next = panel + g->k * AD_NR;
                } else {
                    fill_panel(g, room, n0, k0, depth);
                }
                tiles(rows, depth, g->a + row * g->ars + k0 * g->acs, g->ars, g->acs, panel,
                      g->c + row * g->ldc + n0, g->ldc, width, g->alpha, k0 == 0 ? g->beta : 1, next);
            }
        }
    }
}

static void by_panels(void *context, int64_t begin, int64_t end) {
    const ad_gemm *g = context;
    block(g, begin, end, 0, g->m);
}

static void by_rows(void *context, int64_t begin, int64_t end) {
    const ad_gemm *g = context;
    int64_t last = end * AD_MR < g->m ? end * AD_MR : g->m;
    block(g, 0, (g->n + AD_NR - 1) / AD_NR, begin * AD_MR, last);
}

void AD_NAME(gemm)(const ad_gemm *g) {
    int64_t panels = (g->n + AD_NR - 1) / AD_NR;
    if (panels >= 2 * ad_threads()) ad_parallel(panels, 1, by_panels, (void *)g);
    else ad_parallel((g->m + AD_MR - 1) / AD_MR, 4, by_rows, (void *)g);
}
