// Over rows of logits: cross-entropy with its gradient in place, and sampling.

// out[i] = e^(scale (x[i] − best)); returns the sum. out may be x or null.
AD_INLINE float exponentials(float *out, const float *x, int64_t n, float best, float scale) {
    vf sums = {0};
    int64_t i = 0;
    for (; i + AD_LANES <= n; i += AD_LANES) {
        vf e = vexp((vload(x + i) - best) * scale);
        if (out) vstore(out + i, e);
        sums += e;
    }
    float sum = vsum(sums);
    for (; i < n; i++) {
        float e = sexp((x[i] - best) * scale);
        if (out) out[i] = e;
        sum += e;
    }
    return sum;
}

AD_INLINE float largest(const float *x, int64_t n) {
    vf best = vset(-INFINITY);
    int64_t i = 0;
    for (; i + AD_LANES <= n; i += AD_LANES) best = __builtin_elementwise_max(best, vload(x + i));
    float value = vmaximum(best);
    for (; i < n; i++) value = x[i] > value ? x[i] : value;
    return value;
}

AD_INLINE float sum_of(const float *x, int64_t n) {
    vf s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    int64_t i = 0;
    for (; i + 4 * AD_LANES <= n; i += 4 * AD_LANES) {
        s0 += vload(x + i), s1 += vload(x + i + AD_LANES);
        s2 += vload(x + i + 2 * AD_LANES), s3 += vload(x + i + 3 * AD_LANES);
    }
    float sum = vsum((s0 + s1) + (s2 + s3));
    for (; i < n; i++) sum += x[i];
    return sum;
}

static void cross_entropy_rows(void *context, int64_t begin, int64_t end) {
    const ad_cross_entropy *a = context;
    for (int64_t row = begin; row < end; row++) {
        float *x = a->logits + row * a->v;
        float best = largest(x, a->v), target = x[a->targets[row]];
        float sum = exponentials(a->coefficients ? x : NULL, x, a->v, best, 1);
        a->losses[row] = logf(sum) - (target - best);
        if (!a->coefficients) continue;
        float factor = a->coefficients[row] / sum;
        for (int64_t i = 0; i < a->v; i++) x[i] *= factor;
        x[a->targets[row]] -= a->coefficients[row];
    }
}

void AD_NAME(cross_entropy)(const ad_cross_entropy *a) { ad_parallel(a->rows, 1, cross_entropy_rows, (void *)a); }

typedef struct {
    float p;
    int32_t id;
} ad_choice;

static int by_probability(const void *left, const void *right) {
    const ad_choice *l = left, *r = right;
    if (l->p != r->p) return l->p < r->p ? 1 : -1;
    return l->id < r->id ? -1 : 1;
}

// Draws from sorted choices under top-k and top-p; falls back to the last that counts.
static int32_t draw_sorted(const float *e, int64_t v, float sum, int64_t top_k, float top_p, float uniform,
                           ad_choice *room) {
    // Tokens below this share hold less than 1 − top_p together, so none of them is in the nucleus.
    float floor_p = top_k > 0 ? 0 : (1 - top_p) / (float)v * sum;
    int64_t count = 0;
    for (int64_t i = 0; i < v; i++)
        if (e[i] >= floor_p && e[i] > 0) room[count++] = (ad_choice){e[i], (int32_t)i};
    qsort(room, (size_t)count, sizeof(ad_choice), by_probability);
    if (top_k > 0 && count > top_k) count = top_k;
    // The nucleus is a share of all tokens, or of the top k.
    double mass = 0;
    if (top_k > 0)
        for (int64_t i = 0; i < count; i++) mass += room[i].p;
    else mass = sum;
    double reached = 0;
    int64_t kept = 0;
    while (kept < count && reached < (double)top_p * mass) reached += room[kept++].p;
    if (kept == 0) kept = 1;
    if (top_p >= 1) kept = count, reached = mass;
    double goal = (double)uniform * reached, seen = 0;
    for (int64_t i = 0; i < kept; i++) {
        seen += room[i].p;
        if (goal < seen) return room[i].id;
    }
    return room[kept - 1].id;
}

// Draws from all tokens: first the block whose share holds the goal, then the token within it.
static int32_t draw(const float *e, int64_t v, float uniform) {
    enum { BLOCK = 512, MOST = 2048 };
    int64_t size = v <= BLOCK * MOST ? BLOCK : (v + MOST - 1) / MOST, blocks = (v + size - 1) / size;
    double sums[MOST], total = 0, seen = 0;
    for (int64_t b = 0; b < blocks; b++) {
        int64_t first = b * size;
        sums[b] = (double)sum_of(e + first, v - first < size ? v - first : size);
        total += sums[b];
    }
    double goal = (double)uniform * total;
    int64_t b = 0;
    while (b + 1 < blocks && seen + sums[b] <= goal) seen += sums[b++];
    int32_t last = -1;
    for (int64_t i = b * size; i < v && i < (b + 1) * size; i++) {
        seen += e[i];
        if (e[i] > 0) last = (int32_t)i;
        if (goal < seen && e[i] > 0) return last;
    }
    // Rounding put the goal past the block: its last possible token, or the last of all.
    for (int64_t i = v - 1; i >= 0 && last < 0; i--)
        if (e[i] > 0) last = (int32_t)i;
    return last;
}

static void sample_rows(void *context, int64_t begin, int64_t end) {
    const ad_sample *a = context;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->logits + a->row_of[row] * a->v;
        float best = largest(x, a->v);
        float plain = exponentials(NULL, x, a->v, best, 1);
        int32_t chosen = -1;
        if (!(best - best == 0) || !(plain - plain == 0)) {
            a->tokens[row] = -1;  // not finite: the engine turns it into an error
            continue;
        }
        if (a->temperature <= 0) {
            for (int64_t i = 0; i < a->v && chosen < 0; i++)
                if (x[i] == best) chosen = (int32_t)i;
        } else {
            float *e = a->scratch + ad_thread() * 3 * a->v;
            float sum = exponentials(e, x, a->v, best, 1 / a->temperature);
            if (a->top_k > 0 || a->top_p < 1) {
                chosen = draw_sorted(e, a->v, sum, a->top_k, a->top_p, a->uniforms[row], (ad_choice *)(e + a->v));
            } else {
                chosen = draw(e, a->v, a->uniforms[row]);
            }
        }
        a->tokens[row] = chosen;
        if (chosen >= 0) a->log_probabilities[row] = (x[chosen] - best) - logf(plain);
    }
}

void AD_NAME(sample)(const ad_sample *a) { ad_parallel(a->rows, 1, sample_rows, (void *)a); }
