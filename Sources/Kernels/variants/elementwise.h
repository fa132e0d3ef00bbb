// RMSNorm, LayerNorm, rotary positions, SwiGLU, AdamW: forward and backward side by side.

static void rmsnorm_rows(void *context, int64_t begin, int64_t end) {
    const ad_rmsnorm *a = context;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->x + row * a->c;
        float *y = a->y + row * a->c;
        float inverse = 1 / sqrtf(vdot(x, x, a->c) / (float)a->c + a->epsilon);
        if (!a->dy) {
            int64_t i = 0;
            for (; i + AD_LANES <= a->c; i += AD_LANES)
                vstore(y + i, vload(x + i) * inverse * vload(a->weight + i));
            for (; i < a->c; i++) y[i] = x[i] * inverse * a->weight[i];
            continue;
        }
        // Backward: dx += r (w dy) − x r³/C Σ(w dy x)
        const float *dy = a->dy + row * a->c;
        float sum = 0;
        vf sums = {0};
        int64_t i = 0;
        for (; i + AD_LANES <= a->c; i += AD_LANES)
            sums += vload(dy + i) * vload(a->weight + i) * vload(x + i);
        sum = vsum(sums);
        for (; i < a->c; i++) sum += dy[i] * a->weight[i] * x[i];
        float factor = inverse * inverse * inverse * sum / (float)a->c;
        for (i = 0; i + AD_LANES <= a->c; i += AD_LANES)
            vstore(y + i, vload(y + i) + (inverse * (vload(dy + i) * vload(a->weight + i)) - factor * vload(x + i)));
        for (; i < a->c; i++) y[i] += inverse * (dy[i] * a->weight[i]) - factor * x[i];
    }
}

void AD_NAME(rmsnorm)(const ad_rmsnorm *a) { ad_parallel(a->rows, 16, rmsnorm_rows, (void *)a); }

static void layernorm_rows(void *context, int64_t begin, int64_t end) {
    const ad_layernorm *a = context;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->x + row * a->c;
        float *y = a->y + row * a->c;
        vf sums = {0}, squares = {0};
        int64_t i = 0;
        for (; i + AD_LANES <= a->c; i += AD_LANES) sums += vload(x + i);
        float sum = vsum(sums), square;
        for (; i < a->c; i++) sum += x[i];
        float mean = sum / (float)a->c;
        // The squares of what is left, not of x: a mean far from 0 would cancel most digits.
        for (i = 0; i + AD_LANES <= a->c; i += AD_LANES) squares += (vload(x + i) - mean) * (vload(x + i) - mean);
        square = vsum(squares);
        for (; i < a->c; i++) square += (x[i] - mean) * (x[i] - mean);
        float inverse = 1 / sqrtf(square / (float)a->c + a->epsilon);
        if (!a->dy) {
            for (i = 0; i + AD_LANES <= a->c; i += AD_LANES)
                vstore(y + i, (vload(x + i) - mean) * inverse * vload(a->weight + i) + vload(a->bias + i));
            for (; i < a->c; i++) y[i] = (x[i] - mean) * inverse * a->weight[i] + a->bias[i];
            continue;
        }
        // Backward, with n = (x − mean) r and g = w dy: dx += r (g − Σ g / C − n Σ g n / C)
        const float *dy = a->dy + row * a->c;
        vf gradients = {0}, products = {0};
        for (i = 0; i + AD_LANES <= a->c; i += AD_LANES) {
            vf g = vload(dy + i) * vload(a->weight + i);
            gradients += g;
            products += g * (vload(x + i) - mean);
        }
        float gradient = vsum(gradients), product = vsum(products);
        for (; i < a->c; i++) {
            gradient += dy[i] * a->weight[i];
            product += dy[i] * a->weight[i] * (x[i] - mean);
        }
        float shift = gradient / (float)a->c, factor = inverse * inverse * product / (float)a->c;
        for (i = 0; i + AD_LANES <= a->c; i += AD_LANES) {
            vf own = vload(dy + i) * vload(a->weight + i) - shift - factor * (vload(x + i) - mean);
            vstore(y + i, vload(y + i) + inverse * own);
        }
        for (; i < a->c; i++) y[i] += inverse * (dy[i] * a->weight[i] - shift - factor * (x[i] - mean));
    }
}

void AD_NAME(layernorm)(const ad_layernorm *a) { ad_parallel(a->rows, 16, layernorm_rows, (void *)a); }

// Half-split rotation of each head: (x1, x2) -> (x1 cos − x2 sin, x2 cos + x1 sin); sign −1 undoes it, which is
// also its backward.
static void rope_rows(void *context, int64_t begin, int64_t end) {
    const ad_rope *a = context;
    int64_t half = a->d / 2;
    for (int64_t row = begin; row < end; row++) {
        const float *table = a->table + a->positions[row] * a->d;
        for (int64_t head = 0; head < a->heads; head++) {
            float *x = a->x + row * a->ldx + head * a->d;
            for (int64_t i = 0; i < half; i++) {
                float cosine = table[i], sine = a->sign * table[half + i];
                float first = x[i], second = x[i + half];
                x[i] = first * cosine - second * sine;
                x[i + half] = second * cosine + first * sine;
            }
        }
    }
}

void AD_NAME(rope)(const ad_rope *a) { ad_parallel(a->rows, 16, rope_rows, (void *)a); }

// out = silu(g) u with g = x[0..<f], u = x[f..<2f]; backward writes dg, du over dx.
static void swiglu_rows(void *context, int64_t begin, int64_t end) {
    const ad_swiglu *a = context;
    for (int64_t row = begin; row < end; row++) {
        const float *g = a->x + row * 2 * a->f, *u = g + a->f;
        if (!a->dout) {
            float *out = a->out + row * a->f;
            int64_t i = 0;
            for (; i + AD_LANES <= a->f; i += AD_LANES) {
                vf gate = vload(g + i);
                vstore(out + i, gate / (1.0f + vexp(-gate)) * vload(u + i));
            }
            for (; i < a->f; i++) out[i] = g[i] / (1.0f + sexp(-g[i])) * u[i];
            continue;
        }
        const float *dout = a->dout + row * a->f;
        float *dg = a->dx + row * 2 * a->f, *du = dg + a->f;
        int64_t i = 0;
        for (; i + AD_LANES <= a->f; i += AD_LANES) {
            vf gate = vload(g + i), d = vload(dout + i);
            vf sigma = 1.0f / (1.0f + vexp(-gate));
            vstore(du + i, d * (gate * sigma));
            vstore(dg + i, d * vload(u + i) * (sigma * (1.0f + gate * (1.0f - sigma))));
        }
        for (; i < a->f; i++) {
            float sigma = 1.0f / (1.0f + sexp(-g[i]));
            du[i] = dout[i] * (g[i] * sigma);
            dg[i] = dout[i] * u[i] * (sigma * (1.0f + g[i] * (1.0f - sigma)));
        }
    }
}

// The same with GELU: x σ(t), t = 2 √(2/π) (x + 0.044715 x³), whose slope is σ (1 + x (1 − σ) t′).
static void geglu_rows(void *context, int64_t begin, int64_t end) {
    const ad_swiglu *a = context;
    const float outer = 1.5957691216f, inner = 0.044715f;
    for (int64_t row = begin; row < end; row++) {
        const float *g = a->x + row * 2 * a->f, *u = g + a->f;
        int64_t i = 0;
        if (!a->dout) {
            float *out = a->out + row * a->f;
            for (; i + AD_LANES <= a->f; i += AD_LANES) {
                vf x = vload(g + i);
                vstore(out + i, x / (1.0f + vexp(-outer * (x + inner * (x * x * x)))) * vload(u + i));
            }
            for (; i < a->f; i++)
                out[i] = g[i] / (1.0f + sexp(-outer * (g[i] + inner * (g[i] * g[i] * g[i])))) * u[i];
            continue;
        }
        const float *dout = a->dout + row * a->f;
        float *dg = a->dx + row * 2 * a->f, *du = dg + a->f;
        for (; i + AD_LANES <= a->f; i += AD_LANES) {
            vf x = vload(g + i), d = vload(dout + i);
            vf sigma = 1.0f / (1.0f + vexp(-outer * (x + inner * (x * x * x))));
            vf slope = outer * (1.0f + 3.0f * inner * (x * x));
            vstore(du + i, d * (x * sigma));
            vstore(dg + i, d * vload(u + i) * (sigma * (1.0f + x * (1.0f - sigma) * slope)));
        }
        for (; i < a->f; i++) {
            float x = g[i], sigma = 1.0f / (1.0f + sexp(-outer * (x + inner * (x * x * x))));
            float slope = outer * (1.0f + 3.0f * inner * (x * x));
            du[i] = dout[i] * (x * sigma);
            dg[i] = dout[i] * u[i] * (sigma * (1.0f + x * (1.0f - sigma) * slope));
        }
    }
}

void AD_NAME(swiglu)(const ad_swiglu *a) {
    ad_parallel(a->rows, 4, a->activation == AD_GELU_TANH ? geglu_rows : swiglu_rows, (void *)a);
}

// The same without a gate: x σ(t), t = x or GELU's. Pieces are whole rows, so that a number is always in a vector or
// always in the tail.
static void activation_rows(void *context, int64_t begin, int64_t end) {
    const ad_activation *a = context;
    const int bends = a->activation == AD_GELU_TANH;
    const float outer = bends ? 1.5957691216f : 1.0f, inner = bends ? 0.044715f : 0.0f;
    for (int64_t row = begin; row < end; row++) {
        const float *in = a->x + row * a->f;
        int64_t i = 0;
        if (!a->dout) {
            float *out = a->out + row * a->f;
            for (; i + AD_LANES <= a->f; i += AD_LANES) {
                vf x = vload(in + i);
                vstore(out + i, x / (1.0f + vexp(-outer * (x + inner * (x * x * x)))));
            }
            for (; i < a->f; i++) out[i] = in[i] / (1.0f + sexp(-outer * (in[i] + inner * (in[i] * in[i] * in[i]))));
            continue;
        }
        const float *dout = a->dout + row * a->f;
        float *dx = a->dx + row * a->f;
        for (; i + AD_LANES <= a->f; i += AD_LANES) {
            vf x = vload(in + i);
            vf sigma = 1.0f / (1.0f + vexp(-outer * (x + inner * (x * x * x))));
            vf slope = outer * (1.0f + 3.0f * inner * (x * x));
            vstore(dx + i, vload(dout + i) * (sigma * (1.0f + x * (1.0f - sigma) * slope)));
        }
        for (; i < a->f; i++) {
            float x = in[i], sigma = 1.0f / (1.0f + sexp(-outer * (x + inner * (x * x * x))));
            float slope = outer * (1.0f + 3.0f * inner * (x * x));
            dx[i] = dout[i] * (sigma * (1.0f + x * (1.0f - sigma) * slope));
        }
    }
}

void AD_NAME(activation)(const ad_activation *a) { ad_parallel(a->rows, 4, activation_rows, (void *)a); }

static void softcap_range(void *context, int64_t begin, int64_t end) {
    const ad_softcap *a = context;
    for (int64_t i = begin; i < end; i++) {
        if (a->dy) a->dy[i] *= 1 - a->x[i] / a->cap * (a->x[i] / a->cap);
        else a->x[i] = a->cap * tanhf(a->x[i] / a->cap);
    }
}

void AD_NAME(softcap)(const ad_softcap *a) { ad_parallel(a->count, 4096, softcap_range, (void *)a); }

static void adamw_range(void *context, int64_t begin, int64_t end) {
    const ad_adamw *a = context;
    for (int64_t i = begin; i < end; i++) {
        float g = a->gradient[i] * a->gradient_scale;
        float m = a->m[i] = a->beta1 * a->m[i] + (1 - a->beta1) * g;
        float v = a->v[i] = a->beta2 * a->v[i] + (1 - a->beta2) * g * g;
        float w = a->w[i] * (1 - a->rate * a->decay);
        a->w[i] = w - a->rate * (m / a->correction1) / (sqrtf(v / a->correction2) + a->epsilon);
    }
}

void AD_NAME(adamw)(const ad_adamw *a) { ad_parallel(a->count, 4096, adamw_range, (void *)a); }
