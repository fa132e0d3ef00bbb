// Matrix products in f32 whose every element is summed in one fixed order over k (blocks of AD_KC, within a
// block one by one), whatever the number of rows, their place in the batch, or the threads. oneDNN's f32
// product on AVX2 does not keep that order (measured: bits change with the row count), hence our own.
#define AD_NR 16
#define AD_NV (AD_NR / AD_LANES)
#define AD_KC 768

// One tile: rows x 16 of C from `depth` steps. A(m,k) = a[m*ars + k*acs]; the panel holds 16 floats per k.
AD_INLINE void tile(const int rows, int64_t depth, const float *a, int64_t ars, int64_t acs,
                    const float *panel, float *c, int64_t ldc, int64_t width, float alpha, float beta) {
    vf sum[AD_MR][AD_NV];
    for (int m = 0; m < rows; m++)
        for (int v = 0; v < AD_NV; v++) sum[m][v] = (vf){0};
    for (int64_t k = 0; k < depth; k++) {
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
                  float *c, int64_t ldc, int64_t width, float alpha, float beta) {
    int64_t i = 0;
    for (; i + AD_MR <= m; i += AD_MR)
        tile(AD_MR, depth, a + i * ars, ars, acs, panel, c + i * ldc, ldc, width, alpha, beta);
    const float *rest = a + i * ars;
    float *out = c + i * ldc;
    switch (m - i) {
    case 1: tile(1, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 2: tile(2, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 3: tile(3, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 4: tile(4, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 5: tile(5, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
#if AD_MR > 6
    case 6: tile(6, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 7: tile(7, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 8: tile(8, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 9: tile(9, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 10: tile(10, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
    case 11: tile(11, depth, rest, ars, acs, panel, out, ldc, width, alpha, beta); break;
#endif
    default: break;
    }
}

// Fills panel[k][16] for columns n0.. of B over k0..k0+depth.
AD_INLINE void fill_panel(const ad_gemm *g, float *panel, int64_t n0, int64_t k0, int64_t depth) {
    int64_t width = g->n - n0 < AD_NR ? g->n - n0 : AD_NR;
    if (g->layout == AD_PACKED_TRANSPOSED) {
        // Output column n is the packed weight's input k; the sum runs over its outputs.
        for (int64_t k = 0; k < depth; k++) {
            int64_t output = k0 + k;
            const float *source = g->b + (output / AD_NR) * g->n * AD_NR + output % AD_NR;
            for (int64_t j = 0; j < AD_NR; j++)
                panel[k * AD_NR + j] = j < width ? source[(n0 + j) * AD_NR] : 0;
        }
        return;
    }
    for (int64_t k = 0; k < depth; k++)
        for (int64_t j = 0; j < AD_NR; j++)
            panel[k * AD_NR + j] = j < width ? g->b[(k0 + k) * g->brs + (n0 + j) * g->bcs] : 0;
}

static void block(const ad_gemm *g, int64_t panel0, int64_t panel1, int64_t row0, int64_t row1) {
    float room[AD_KC * AD_NR];
    int64_t step = g->layout == AD_PACKED ? 96 : row1 - row0;
    for (int64_t row = row0; row < row1; row += step) {
        int64_t rows = row1 - row < step ? row1 - row : step;
        for (int64_t p = panel0; p < panel1; p++) {
            int64_t n0 = p * AD_NR;
            int64_t width = g->n - n0 < AD_NR ? g->n - n0 : AD_NR;
            for (int64_t k0 = 0; k0 < g->k; k0 += AD_KC) {
                int64_t depth = g->k - k0 < AD_KC ? g->k - k0 : AD_KC;
                const float *panel = room;
                if (g->layout == AD_PACKED) panel = g->b + (p * g->k + k0) * AD_NR;
                else fill_panel(g, room, n0, k0, depth);
                tiles(rows, depth, g->a + row * g->ars + k0 * g->acs, g->ars, g->acs, panel,
                      g->c + row * g->ldc + n0, g->ldc, width, g->alpha, k0 == 0 ? g->beta : 1);
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
