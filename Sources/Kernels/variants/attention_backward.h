// Backward of attention; keys and values are stored slot by slot (the projections of the forward pass). Slots
// of a tree are copied into blocks of 16 first, so that scores need no sum across lanes here either.

// to[slot/16][d][16] = from[slot][0..d) for `count` slots.
AD_INLINE void into_blocks(float *to, const float *from, int64_t count, int64_t stride, int64_t d) {
    for (int64_t i = 0; i < count; i++) {
        float *lane = to + i / AD_KEY_BLOCK * d * AD_KEY_BLOCK + i % AD_KEY_BLOCK;
        for (int64_t c = 0; c < d; c++) lane[c * AD_KEY_BLOCK] = from[i * stride + c];
    }
}

// to[slot][0..d) += Σ over heads weight[h][t] x[h][0..d) for the keys of a row.
AD_INLINE void spread(const int heads, const ad_segments *segments, const float *weight, int64_t ldw, const float *x,
                      int64_t d, float *to, int64_t stride) {
    int64_t c = 0;
    for (; c + 4 * AD_LANES <= d; c += 4 * AD_LANES) {
        vf part[4][4];
        for (int h = 0; h < heads; h++)
            for (int v = 0; v < 4; v++) part[h][v] = vload(x + h * d + c + v * AD_LANES);
        const float *w = weight;
        for (int i = 0; i < AD_SEGMENTS; i++) {
            float *out = to + segments->start[i] * stride + c;
            for (int64_t j = 0; j < segments->length[i]; j++, out += stride, w++)
                for (int v = 0; v < 4; v++) {
                    vf sum = vload(out + v * AD_LANES);
                    for (int h = 0; h < heads; h++) sum += vset(w[h * ldw]) * part[h][v];
                    vstore(out + v * AD_LANES, sum);
                }
        }
    }
    for (; c < d; c++) {
        const float *w = weight;
        for (int i = 0; i < AD_SEGMENTS; i++) {
            float *out = to + segments->start[i] * stride + c;
            for (int64_t j = 0; j < segments->length[i]; j++, out += stride, w++)
                for (int h = 0; h < heads; h++) *out += w[h * ldw] * x[h * d + c];
        }
    }
}

// One tree's keys in blocks for one key head, and room for the heads of a row.
typedef struct {
    const float *k, *v;
    int64_t first;  // the tree's first slot
    float *p, *dp;
    float *slope;  // of the soft cap at each score
    int64_t ldp;
} tree_view;

// Gradients of `heads` query heads of one row, which share a key head:
//   dp[t] = do·v[t], ds = scale p (dp − Σ p dp) slope, dq = Σ ds k, dk[t] += Σ ds q, dv[t] += Σ p do.
AD_INLINE void backward_heads(const int heads, const ad_attention_backward *b, const tree_view *tree, int64_t row,
                              int64_t head, int64_t offset) {
    const ad_attention *a = &b->forward;
    const ad_segments *segments = a->segments + row;
    int64_t count = key_count(segments), ldp = tree->ldp;
    ad_segments within = *segments;
    for (int i = 0; i < AD_SEGMENTS; i++) within.start[i] -= within.length[i] > 0 ? tree->first : within.start[i];
    ad_attention view = *a;
    view.stride = a->d;
    const float *q = a->q + row * a->ldq + head * a->d, *dout = b->dout + row * b->lddo + head * a->d;
    scores(heads, &view, q, tree->k, &within, tree->p, ldp);
    if (a->softcap > 0)
        for (int h = 0; h < heads; h++) {
            float *p = tree->p + h * ldp, *slope = tree->slope + h * ldp;
            cap_all(p, count, a->softcap);
            for (int64_t t = 0; t < count; t++) slope[t] = 1 - p[t] / a->softcap * (p[t] / a->softcap);
        }
    view.scale = 1;
    scores(heads, &view, dout, tree->v, &within, tree->dp, ldp);
    for (int h = 0; h < heads; h++) {
        float *p = tree->p + h * ldp, *dp = tree->dp + h * ldp, inverse = exponentials_of(p, count), mean = 0;
        for (int64_t t = 0; t < count; t++) p[t] *= inverse;
        mean = vdot(p, dp, count);
        for (int64_t t = 0; t < count; t++) dp[t] = a->scale * (p[t] * (dp[t] - mean));
        if (a->softcap > 0)
            for (int64_t t = 0; t < count; t++) dp[t] *= tree->slope[h * ldp + t];
    }
    const float ones[4] = {1, 1, 1, 1};
    weighted_values(heads, segments, tree->dp, ldp, a->k + offset, a->stride, ones,
                    b->dq + row * b->lddq + head * a->d, a->d);
    spread(heads, segments, tree->dp, ldp, q, a->d, b->dk + offset, b->dstride);
    spread(heads, segments, tree->p, ldp, dout, a->d, b->dv + offset, b->dstride);
}

// One tree of rows (a prompt and its completions) and one key head.
static void attention_backward_unit(const ad_attention_backward *b, int64_t index, int64_t kv_head) {
    const ad_attention *a = &b->forward;
    int64_t group = a->heads / a->kv_heads, offset = kv_head * a->d;
    int64_t first = b->tree_start[index], last = b->tree_start[index + 1], slots = last - first;
    int64_t blocks = (slots + AD_KEY_BLOCK - 1) / AD_KEY_BLOCK * AD_KEY_BLOCK;
    float *k = a->scratch + ad_thread() * a->scratch_stride, *v = k + blocks * a->d, *p = v + blocks * a->d;
    into_blocks(k, a->k + first * a->stride + offset, slots, a->stride, a->d);
    into_blocks(v, a->v + first * a->stride + offset, slots, a->stride, a->d);
    int64_t ldp = slots + AD_KEY_BLOCK;
    tree_view tree = {k, v, first, p, p + 3 * ldp, p + 6 * ldp, ldp};
    for (int64_t row = first; row < last; row++) {
        int64_t head = kv_head * group, end = head + group;
        for (; head + 3 <= end && end - head != 4; head += 3) backward_heads(3, b, &tree, row, head, offset);
        for (; head + 2 <= end; head += 2) backward_heads(2, b, &tree, row, head, offset);
        for (; head < end; head++) backward_heads(1, b, &tree, row, head, offset);
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
