// Every operation once more as the plainest loop with double sums: what the variants are tested against.
#include "include/kernels.h"
#include "internal.h"

static float element_b(const ad_gemm *g, int64_t k, int64_t n) {
    if (g->layout == AD_PACKED) return g->b[(n / 16 * g->k + k) * 16 + n % 16];
    if (g->layout == AD_PACKED_TRANSPOSED) return g->b[(k / 16 * g->n + n) * 16 + k % 16];
    return g->b[k * g->brs + n * g->bcs];
}

void ad_gemm_f32_ref(const ad_gemm *g) {
    for (int64_t m = 0; m < g->m; m++)
        for (int64_t n = 0; n < g->n; n++) {
            double sum = 0;
            for (int64_t k = 0; k < g->k; k++) sum += (double)g->a[m * g->ars + k * g->acs] * element_b(g, k, n);
            float *c = g->c + m * g->ldc + n;
            *c = (float)((g->beta == 0 ? 0 : (double)g->beta * *c) + g->alpha * sum);
        }
}

// The packed number at (n, k).
static int fixed_number(const ad_gemm_fixed *g, int64_t n, int64_t k) {
    int64_t side = 4 / g->bytes, start = n / 16 * ad_group_count(g->k) * AD_GROUP * 16;
    int64_t at = start + (k / side * 16 + n % 16) * side + k % side;
    return g->bytes == 2 ? ((const int16_t *)g->packed)[at] : ((const uint8_t *)g->packed)[at] - 128;
}

void ad_gemm_fixed_f32_ref(const ad_gemm_fixed *g) {
    int64_t groups = ad_group_count(g->k);
    float most = g->bytes == 2 ? 8191 : 127;
    for (int64_t m = 0; m < g->m; m++)
        for (int64_t n = 0; n < g->n; n++) {
            double sum = g->beta == 0 ? 0 : g->c[m * g->ldc + n];
            for (int64_t j = 0; j < groups; j++) {
                int64_t first = j * AD_GROUP, last = first + AD_GROUP < g->k ? first + AD_GROUP : g->k;
                double largest = 0, products = 0;
                for (int64_t k = first; k < last; k++) largest = fmax(largest, fabsf(g->x[m * g->k + k]));
                for (int64_t k = first; k < last; k++) {
                    float inverse = largest > 0 ? most / (float)largest : 0;
                    products += rint((double)(g->x[m * g->k + k] * inverse)) * fixed_number(g, n, k);
                }
                sum += products * (largest / most) * g->scales[(n / 16 * groups + j) * 16 + n % 16];
            }
            g->c[m * g->ldc + n] = (float)sum;
        }
}

static int64_t slot(const ad_segments *s, int64_t t) {
    int i = 0;
    while (t >= s->length[i]) t -= s->length[i++];
    return s->start[i] + t;
}

static int64_t keys(const ad_segments *s) { return s->length[0] + s->length[1] + s->length[2]; }

static double dot(const float *a, const float *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)a[i] * b[i];
    return sum;
}

// Scaled and capped scores, then softmax; keys in blocks (forward) or slot by slot (backward). `slope` takes
// the slope of the cap, if it is there.
static void softmax_ref(const ad_attention *a, int64_t row, int64_t head, double *p, int blocks,
                        double *slope) {
    int64_t count = keys(a->segments + row), offset = head / (a->heads / a->kv_heads) * a->d;
    double best = -INFINITY, sum = 0;
    for (int64_t t = 0; t < count; t++) {
        int64_t place = slot(a->segments + row, t);
        const float *q = a->q + row * a->ldq + head * a->d;
        const float *block = a->k + (place / AD_KEY_BLOCK * a->stride + offset) * AD_KEY_BLOCK + place % AD_KEY_BLOCK;
        double sum_qk = 0;
        for (int64_t c = 0; c < a->d; c++)
            sum_qk += (double)q[c] * (blocks ? block[c * AD_KEY_BLOCK] : a->k[place * a->stride + offset + c]);
        p[t] = a->scale * sum_qk;
        if (a->softcap > 0) p[t] = a->softcap * tanh(p[t] / a->softcap);
        if (slope) slope[t] = a->softcap > 0 ? 1 - p[t] / a->softcap * (p[t] / a->softcap) : 1;
        best = p[t] > best ? p[t] : best;
    }
    for (int64_t t = 0; t < count; t++) sum += p[t] = exp(p[t] - best);
    for (int64_t t = 0; t < count; t++) p[t] /= sum;
}

void ad_attention_f32_ref(const ad_attention *a) {
    for (int64_t row = 0; row < a->rows; row++)
        for (int64_t head = 0; head < a->heads; head++) {
            double p[4096];
            softmax_ref(a, row, head, p, 1, 0);
            for (int64_t c = 0; c < a->d; c++) {
                double sum = 0;
                for (int64_t t = 0; t < keys(a->segments + row); t++)
                    sum += p[t] * a->v[slot(a->segments + row, t) * a->stride +
                                       head / (a->heads / a->kv_heads) * a->d + c];
                a->out[row * a->ldo + head * a->d + c] = (float)sum;
            }
        }
}

void ad_attention_backward_f32_ref(const ad_attention_backward *b) {
    const ad_attention *a = &b->forward;
    for (int64_t row = 0; row < a->rows; row++)
        for (int64_t head = 0; head < a->heads; head++) {
            double p[4096], dp[4096], slope[4096], mean = 0;
            int64_t offset = head / (a->heads / a->kv_heads) * a->d, count = keys(a->segments + row);
            const float *q = a->q + row * a->ldq + head * a->d, *dout = b->dout + row * b->lddo + head * a->d;
            softmax_ref(a, row, head, p, 0, slope);
            for (int64_t t = 0; t < count; t++) {
                dp[t] = dot(dout, a->v + slot(a->segments + row, t) * a->stride + offset, a->d);
                mean += p[t] * dp[t];
            }
            for (int64_t c = 0; c < a->d; c++) {
                double dq = 0;
                for (int64_t t = 0; t < count; t++) {
                    int64_t s = slot(a->segments + row, t);
                    double ds = a->scale * p[t] * (dp[t] - mean) * slope[t];
                    dq += ds * a->k[s * a->stride + offset + c];
                    b->dk[s * b->dstride + offset + c] += (float)(ds * q[c]);
                    b->dv[s * b->dstride + offset + c] += (float)(p[t] * dout[c]);
                }
                b->dq[row * b->lddq + head * a->d + c] = (float)dq;
            }
        }
}

void ad_rmsnorm_f32_ref(const ad_rmsnorm *a) {
    for (int64_t row = 0; row < a->rows; row++) {
        const float *x = a->x + row * a->c;
        double r = 1 / sqrt(dot(x, x, a->c) / (double)a->c + a->epsilon), sum = 0;
        if (a->dy)
            for (int64_t i = 0; i < a->c; i++) sum += (double)a->dy[row * a->c + i] * a->weight[i] * x[i];
        for (int64_t i = 0; i < a->c; i++) {
            float *y = a->y + row * a->c + i;
            if (a->dy)
                *y += (float)(r * a->dy[row * a->c + i] * a->weight[i] - r * r * r * sum / (double)a->c * x[i]);
            else *y = (float)(x[i] * r * a->weight[i]);
        }
    }
}

void ad_layernorm_f32_ref(const ad_layernorm *a) {
    for (int64_t row = 0; row < a->rows; row++) {
        const float *x = a->x + row * a->c;
        double count = (double)a->c, mean = 0, variance = 0, sum = 0, product = 0;
        for (int64_t i = 0; i < a->c; i++) mean += x[i] / count;
        for (int64_t i = 0; i < a->c; i++) variance += (x[i] - mean) * (x[i] - mean) / count;
        double r = 1 / sqrt(variance + a->epsilon);
        if (a->dy)
            for (int64_t i = 0; i < a->c; i++) {
                double g = (double)a->dy[row * a->c + i] * a->weight[i];
                sum += g / count;
                product += g * (x[i] - mean) * r / count;
            }
        for (int64_t i = 0; i < a->c; i++) {
            float *y = a->y + row * a->c + i;
            double normal = (x[i] - mean) * r;
            if (a->dy) *y += (float)(r * ((double)a->dy[row * a->c + i] * a->weight[i] - sum - normal * product));
            else *y = (float)(normal * a->weight[i] + a->bias[i]);
        }
    }
}

void ad_rope_f32_ref(const ad_rope *a) {
    for (int64_t row = 0; row < a->rows; row++)
        for (int64_t head = 0; head < a->heads; head++)
            for (int64_t i = 0; i < a->d / 2; i++) {
                float *x = a->x + row * a->ldx + head * a->d + i, *y = x + a->d / 2;
                double c = a->table[a->positions[row] * a->d + i];
                double s = a->sign * a->table[a->positions[row] * a->d + a->d / 2 + i];
                double first = *x, second = *y;
                *x = (float)(first * c - second * s);
                *y = (float)(second * c + first * s);
            }
}

void ad_swiglu_f32_ref(const ad_swiglu *a) {
    for (int64_t row = 0; row < a->rows; row++)
        for (int64_t i = 0; i < a->f; i++) {
            double g = a->x[row * 2 * a->f + i], u = a->x[row * 2 * a->f + a->f + i], t = g, bend = 1;
            if (a->activation == AD_GELU_TANH) {
                t = 1.5957691216057308 * (g + 0.044715 * g * g * g);
                bend = 1.5957691216057308 * (1 + 3 * 0.044715 * g * g);
            }
            double sigma = 1 / (1 + exp(-t));
            if (a->dout && a->dx) {
                double d = a->dout[row * a->f + i];
                a->dx[row * 2 * a->f + i] = (float)(d * u * sigma * (1 + g * (1 - sigma) * bend));
                a->dx[row * 2 * a->f + a->f + i] = (float)(d * g * sigma);
            } else if (a->out) a->out[row * a->f + i] = (float)(g * sigma * u);
        }
}

void ad_activation_f32_ref(const ad_activation *a) {
    for (int64_t i = 0; i < a->rows * a->f; i++) {
        double g = a->x[i], t = g, bend = 1;
        if (a->activation == AD_GELU_TANH) {
            t = 1.5957691216057308 * (g + 0.044715 * g * g * g);
            bend = 1.5957691216057308 * (1 + 3 * 0.044715 * g * g);
        }
        double sigma = 1 / (1 + exp(-t));
        if (a->dout && a->dx) a->dx[i] = (float)(a->dout[i] * sigma * (1 + g * (1 - sigma) * bend));
        else if (a->out) a->out[i] = (float)(g * sigma);
    }
}

void ad_softcap_f32_ref(const ad_softcap *a) {
    for (int64_t i = 0; i < a->count; i++) {
        if (a->dy) a->dy[i] *= (float)(1 - pow(a->x[i] / a->cap, 2));
        else a->x[i] = (float)(a->cap * tanh((double)a->x[i] / a->cap));
    }
}

void ad_cross_entropy_f32_ref(const ad_cross_entropy *a) {
    for (int64_t row = 0; row < a->rows; row++) {
        float *x = a->logits + row * a->v;
        double best = -INFINITY, sum = 0;
        for (int64_t i = 0; i < a->v; i++) best = x[i] > best ? x[i] : best;
        for (int64_t i = 0; i < a->v; i++) sum += exp(x[i] - best);
        a->losses[row] = (float)(log(sum) - (x[a->targets[row]] - best));
        if (!a->coefficients) continue;
        for (int64_t i = 0; i < a->v; i++)
            x[i] = (float)(a->coefficients[row] * (exp(x[i] - best) / sum - (i == a->targets[row])));
    }
}

void ad_adamw_f32_ref(const ad_adamw *a) {
    for (int64_t i = 0; i < a->count; i++) {
        double g = (double)a->gradient[i] * a->gradient_scale;
        double m = (double)a->beta1 * a->m[i] + (1 - (double)a->beta1) * g;
        double v = (double)a->beta2 * a->v[i] + (1 - (double)a->beta2) * g * g;
        double w = a->w[i] * (1 - (double)a->rate * a->decay);
        a->m[i] = (float)m;
        a->v[i] = (float)v;
        a->w[i] = (float)(w - a->rate * (m / a->correction1) / (sqrt(v / a->correction2) + a->epsilon));
    }
}
