// Attention of single rows over keys that are in up to AD_SEGMENTS pieces (shared prefix, prompt, own
// tokens). A score is summed over d in one lane and everything else over keys in their logical order, so a
// result does not depend on how the keys are cut into pieces or on which rows share the batch.

// s[h][0..16 blocks) = scale q[h]·k for `blocks` whole blocks of keys.
AD_INLINE void score_blocks(const int heads, const int blocks, const float *q, int64_t d, const float *k,
                            int64_t block_size, float scale, float *s, int64_t lds) {
    vf sum[4][2 * AD_KEY_BLOCK / AD_LANES];
    const int per = AD_KEY_BLOCK / AD_LANES;
    for (int h = 0; h < heads; h++)
        for (int v = 0; v < blocks * per; v++) sum[h][v] = (vf){0};
    for (int64_t c = 0; c < d; c++) {
        vf x[4];
        for (int h = 0; h < heads; h++) x[h] = vset(q[h * d + c]);
        for (int v = 0; v < blocks * per; v++) {
            vf key = vload(k + v / per * block_size + c * AD_KEY_BLOCK + v % per * AD_LANES);
            for (int h = 0; h < heads; h++) sum[h][v] += x[h] * key;
        }
    }
    for (int h = 0; h < heads; h++)
        for (int v = 0; v < blocks * per; v++) vstore(s + h * lds + v * AD_LANES, scale * sum[h][v]);
}

// Scores of `heads` query heads that share keys; s needs AD_KEY_BLOCK floats of room after the last key.
AD_INLINE void scores(const int heads, const ad_attention *a, const float *q, const float *k,
                      const ad_segments *segments, float *s, int64_t lds) {
    int64_t size = a->stride * AD_KEY_BLOCK, t = 0;
    for (int i = 0; i < AD_SEGMENTS; i++) {
        int64_t start = segments->start[i], left = segments->length[i];
        int64_t skip = start % AD_KEY_BLOCK;
        const float *block = k + start / AD_KEY_BLOCK * size;
        while (left > 0) {
            if (skip == 0 && left > AD_KEY_BLOCK) {
                score_blocks(heads, 2, q, a->d, block, size, a->scale, s + t, lds);
                int64_t taken = left < 2 * AD_KEY_BLOCK ? left : 2 * AD_KEY_BLOCK;
                t += taken, left -= taken, block += 2 * size;
                continue;
            }
            float room[4 * AD_KEY_BLOCK];
            score_blocks(heads, 1, q, a->d, block, size, a->scale, room, AD_KEY_BLOCK);
            int64_t taken = AD_KEY_BLOCK - skip < left ? AD_KEY_BLOCK - skip : left;
            for (int h = 0; h < heads; h++)
                for (int64_t j = 0; j < taken; j++) s[h * lds + t + j] = room[h * AD_KEY_BLOCK + skip + j];
            t += taken, left -= taken, block += size, skip = 0;
        }
    }
}

// p = cap tanh(p / cap).
AD_INLINE void cap_all(float *p, int64_t count, float cap) {
    for (int64_t t = 0; t < count; t++) p[t] = cap * tanhf(p[t] / cap);
}

// p = softmax(p) over t keys; returns 1 / Σ and leaves p without that factor.
AD_INLINE float exponentials_of(float *p, int64_t t) {
    vf most = vset(-INFINITY);
    int64_t j = 0;
    for (; j + AD_LANES <= t; j += AD_LANES) most = __builtin_elementwise_max(most, vload(p + j));
    float best = vmaximum(most);
    for (; j < t; j++) best = p[j] > best ? p[j] : best;
    vf sums = {0};
    for (j = 0; j + AD_LANES <= t; j += AD_LANES) {
        vf e = vexp(vload(p + j) - best);
        vstore(p + j, e);
        sums += e;
    }
    float sum = vsum(sums);
    for (; j < t; j++) {
        p[j] = sexp(p[j] - best);
        sum += p[j];
    }
    return 1 / sum;
}

// out[h][c..] = inverse[h] Σ p[h][t] v[t][c..] for `vectors` vectors of columns.
AD_INLINE void value_columns(const int heads, const int vectors, const ad_segments *segments, const float *p,
                             int64_t ldp, const float *v, int64_t stride, const float *inverse, float *out,
                             int64_t d) {
    vf sum[4][4];
    for (int h = 0; h < heads; h++)
        for (int c = 0; c < vectors; c++) sum[h][c] = (vf){0};
    for (int i = 0; i < AD_SEGMENTS; i++) {
        const float *value = v + segments->start[i] * stride;
        for (int64_t j = 0; j < segments->length[i]; j++, value += stride, p++) {
            vf weight[4];
            for (int h = 0; h < heads; h++) weight[h] = vset(p[h * ldp]);
            for (int c = 0; c < vectors; c++) {
                vf x = vload(value + c * AD_LANES);
                for (int h = 0; h < heads; h++) sum[h][c] += weight[h] * x;
            }
        }
    }
    for (int h = 0; h < heads; h++)
        for (int c = 0; c < vectors; c++) vstore(out + h * d + c * AD_LANES, inverse[h] * sum[h][c]);
}

AD_INLINE void weighted_values(const int heads, const ad_segments *segments, const float *p, int64_t ldp,
                               const float *v, int64_t stride, const float *inverse, float *out, int64_t d) {
    int64_t c = 0;
    for (; c + 4 * AD_LANES <= d; c += 4 * AD_LANES)
        value_columns(heads, 4, segments, p, ldp, v + c, stride, inverse, out + c, d);
    for (; c + AD_LANES <= d; c += AD_LANES)
        value_columns(heads, 1, segments, p, ldp, v + c, stride, inverse, out + c, d);
    for (; c < d; c++)
        for (int h = 0; h < heads; h++) {
            float sum = 0;
            int64_t t = 0;
            for (int i = 0; i < AD_SEGMENTS; i++) {
                const float *value = v + segments->start[i] * stride + c;
                for (int64_t j = 0; j < segments->length[i]; j++, value += stride)
                    sum += p[h * ldp + t++] * *value;
            }
            out[h * d + c] = inverse[h] * sum;
        }
}

AD_INLINE int64_t key_count(const ad_segments *s) {
    int64_t count = 0;
    for (int i = 0; i < AD_SEGMENTS; i++) count += s->length[i];
    return count;
}

AD_INLINE void attend_heads(const int heads, const ad_attention *a, int64_t row, int64_t head, int64_t kv_head) {
    const ad_segments *segments = a->segments + row;
    int64_t count = key_count(segments), ldp = count + AD_KEY_BLOCK;
    float *p = a->scratch + ad_thread() * a->scratch_stride, inverse[4];
    const float *q = a->q + row * a->ldq + head * a->d;
    scores(heads, a, q, a->k + kv_head * a->d * AD_KEY_BLOCK, segments, p, ldp);
    if (a->softcap > 0)
        for (int h = 0; h < heads; h++) cap_all(p + h * ldp, count, a->softcap);
    for (int h = 0; h < heads; h++) inverse[h] = exponentials_of(p + h * ldp, count);
    float *out = a->out + row * a->ldo + head * a->d;
    weighted_values(heads, segments, p, ldp, a->v + kv_head * a->d, a->stride, inverse, out, a->d);
}

static void attention_units(void *context, int64_t begin, int64_t end) {
    const ad_attention *a = context;
    int64_t group = a->heads / a->kv_heads;
    // Rows within a key head, so that the keys that rows share stay in the cache.
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t row = unit % a->rows, kv_head = unit / a->rows;
        int64_t head = kv_head * group, last = head + group;
        for (; head + 3 <= last && last - head != 4; head += 3) attend_heads(3, a, row, head, kv_head);
        for (; head + 2 <= last; head += 2) attend_heads(2, a, row, head, kv_head);
        for (; head < last; head++) attend_heads(1, a, row, head, kv_head);
    }
}

void AD_NAME(attention)(const ad_attention *a) {
    ad_parallel(a->rows * a->kv_heads, 4, attention_units, (void *)a);
}
