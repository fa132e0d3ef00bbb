// Backward of attention; keys and values lie slot by slot (the projections of the forward pass).

// p[t] = softmax_t(scale q·k[t]); returns the number of keys.
AD_INLINE int64_t probabilities(float *p, const float *q, const float *k, const ad_segments *s, int64_t stride,
                                int64_t d, float scale) {
    int64_t t = 0;
    for (int i = 0; i < AD_SEGMENTS; i++) {
        const float *key = k + s->start[i] * stride;
        for (int64_t j = 0; j < s->length[i]; j++, key += stride) p[t++] = scale * vdot(q, key, d);
    }
    float best = p[0];
    for (int64_t j = 1; j < t; j++) best = p[j] > best ? p[j] : best;
    vf sums = {0};
    int64_t j = 0;
    for (; j + AD_LANES <= t; j += AD_LANES) {
        vf e = vexp(vload(p + j) - best);
        vstore(p + j, e);
        sums += e;
    }
    float sum = vsum(sums);
    for (; j < t; j++) {
        p[j] = sexp(p[j] - best);
        sum += p[j];
    }
    float inverse = 1 / sum;
    for (j = 0; j < t; j++) p[j] *= inverse;
    return t;
}

// Backward of one tree of rows (a prompt and its completions) for one key head: recomputes p, then
//   dp[t] = do·v[t], ds = p (dp − Σ p dp), dq = scale Σ ds k, dk[t] += scale ds q, dv[t] += p do.
static void attention_backward_unit(const ad_attention_backward *b, int64_t tree, int64_t kv_head) {
    const ad_attention *a = &b->forward;
    int64_t group = a->heads / a->kv_heads, offset = kv_head * a->d;
    for (int64_t row = b->tree_start[tree]; row < b->tree_start[tree + 1]; row++) {
        const ad_segments *s = a->segments + row;
        int64_t count = key_count(s);
        float *p = a->scratch + ad_thread() * a->scratch_stride, *dp = p + count;
        for (int64_t head = kv_head * group; head < (kv_head + 1) * group; head++) {
            const float *q = a->q + row * a->ldq + head * a->d;
            const float *dout = b->dout + row * b->lddo + head * a->d;
            float *dq = b->dq + row * b->lddq + head * a->d;
            probabilities(p, q, a->k + offset, s, a->stride, a->d, a->scale);
            int64_t t = 0;
            float mean = 0;
            for (int i = 0; i < AD_SEGMENTS; i++)
                for (int64_t j = 0; j < s->length[i]; j++, t++) {
                    dp[t] = vdot(dout, a->v + (s->start[i] + j) * a->stride + offset, a->d);
                    mean += p[t] * dp[t];
                }
            for (int64_t c = 0; c < a->d; c++) dq[c] = 0;
            t = 0;
            for (int i = 0; i < AD_SEGMENTS; i++)
                for (int64_t j = 0; j < s->length[i]; j++, t++) {
                    int64_t slot = (s->start[i] + j) * a->stride + offset;
                    int64_t grad = (s->start[i] + j) * b->dstride + offset;
                    float ds = a->scale * (p[t] * (dp[t] - mean));
                    vaxpy(dq, ds, a->k + slot, a->d);
                    vaxpy(b->dk + grad, ds, q, a->d);
                    vaxpy(b->dv + grad, p[t], dout, a->d);
                }
        }
    }
}

static void attention_backward_units(void *context, int64_t begin, int64_t end) {
    const ad_attention_backward *b = context;
    for (int64_t unit = begin; unit < end; unit++)
        attention_backward_unit(b, unit / b->forward.kv_heads, unit % b->forward.kv_heads);
}

void AD_NAME(attention_backward)(const ad_attention_backward *b) {
    ad_parallel(b->trees * b->forward.kv_heads, 1, attention_backward_units, (void *)b);
}
