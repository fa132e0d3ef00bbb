// Vectors of AD_LANES floats and the exponential on them; included once per CPU variant.
typedef float vf __attribute__((vector_size(4 * AD_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * AD_LANES)));
typedef float vfu __attribute__((vector_size(4 * AD_LANES), aligned(4)));

AD_INLINE vf vload(const float *p) { return *(const vfu *)p; }
AD_INLINE void vstore(float *p, vf v) { *(vfu *)p = v; }
AD_INLINE vf vset(float x) { return x - (vf){0}; }

// Sum of all lanes by halves, so that the order is the same wherever the vector came from.
AD_INLINE float vsum(vf v) {
    float lanes[AD_LANES];
    vstore(lanes, v);
    for (int width = AD_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

AD_INLINE float vmaximum(vf v) {
    float best = v[0];
    for (int i = 1; i < AD_LANES; i++) best = v[i] > best ? v[i] : best;
    return best;
}

// e^x within about 1e-7 relative: x = n ln 2 + r, |r| <= ln 2 / 2, Taylor polynomial of degree 7 in r, times
// 2^n through the exponent bits. Clamped to [-87, 88]; NaN stays NaN.
AD_INLINE vf vexp(vf x) {
    vf clamped = __builtin_elementwise_min(__builtin_elementwise_max(x, vset(-87.0f)), vset(88.0f));
    vf shifted = clamped * 1.44269504f + 12582912.0f;
    vf n = shifted - 12582912.0f;
    vf r = clamped - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    vf p = vset(1.0f / 5040.0f);
    p = p * r + 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    vi bits = ((vi)shifted - 0x4B400000 + 127) << 23;
    return p * (vf)bits + (x - x);
}

AD_INLINE float sexp(float x) {
    vf v = vexp(vset(x));
    return v[0];
}

// Sum of products of two rows: four running vectors, then the tail one by one.
AD_INLINE float vdot(const float *a, const float *b, int64_t n) {
    vf s0 = {0}, s1 = {0};
    int64_t i = 0;
    for (; i + 2 * AD_LANES <= n; i += 2 * AD_LANES) {
        s0 += vload(a + i) * vload(b + i);
        s1 += vload(a + i + AD_LANES) * vload(b + i + AD_LANES);
    }
    for (; i + AD_LANES <= n; i += AD_LANES) s0 += vload(a + i) * vload(b + i);
    float sum = vsum(s0 + s1);
    for (; i < n; i++) sum += a[i] * b[i];
    return sum;
}

// y += factor x
AD_INLINE void vaxpy(float *y, float factor, const float *x, int64_t n) {
    int64_t i = 0;
    for (; i + AD_LANES <= n; i += AD_LANES) vstore(y + i, vload(y + i) + factor * vload(x + i));
    for (; i < n; i++) y[i] += factor * x[i];
}
