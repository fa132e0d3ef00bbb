// Picks the widest variant the CPU runs; the table is filled once, before any thread computes.
#include "include/kernels.h"
#include "internal.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define AD_OPERATIONS(X) \
    X(gemm, ad_gemm) \
    X(gemm_fixed, ad_gemm_fixed) \
    X(attention, ad_attention) \
    X(attention_backward, ad_attention_backward) \
    X(rmsnorm, ad_rmsnorm) \
    X(layernorm, ad_layernorm) \
    X(rope, ad_rope) \
    X(swiglu, ad_swiglu) \
    X(activation, ad_activation) \
    X(softcap, ad_softcap) \
    X(cross_entropy, ad_cross_entropy) \
    X(sample, ad_sample) \
    X(adamw, ad_adamw)

#define DECLARE(op, type) \
    void ad_##op##_avx512(const type *); \
    void ad_##op##_avx2(const type *); \
    void ad_##op##_plain(const type *);
AD_OPERATIONS(DECLARE)
void ad_gemm_fixed_avx512_vnni(const ad_gemm_fixed *);
void ad_gemm_fixed_avx2_vnni(const ad_gemm_fixed *);

typedef struct {
    const char *name;
#define FIELD(op, type) void (*op)(const type *);
    AD_OPERATIONS(FIELD)
} variant;

#define PLAIN(op, type) .op = ad_##op##_plain,
static const variant plain = {.name = "plain", AD_OPERATIONS(PLAIN)};
static const variant *chosen = &plain;

#if defined(__x86_64__)
#define AVX2(op, type) .op = ad_##op##_avx2,
#define AVX512(op, type) .op = ad_##op##_avx512,
static const variant avx2 = {.name = "avx2", AD_OPERATIONS(AVX2)};
static const variant avx512 = {.name = "avx512", AD_OPERATIONS(AVX512)};
// Dot-product instructions change only how products in fixed point are computed, not their bits.
static variant avx2_vnni, avx512_vnni;

static int runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static int runs_avx512(void) {
    return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// Compilers name AVX-VNNI differently; leaf 7.1, bit 4 of eax.
static int runs_avx_vnni(void) {
    unsigned eax, ebx, ecx, edx;
    return runs_avx2() && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1);
}

static const variant *with_dot_products(variant *to, const variant *from, const char *name,
                                        void (*product)(const ad_gemm_fixed *)) {
    *to = *from;
    to->name = name;
    to->gemm_fixed = product;
    return to;
}
#endif

int ad_use_variant(const char *name) {
    if (strcmp(name, "plain") == 0) return chosen = &plain, 1;
#if defined(__x86_64__)
    if (strcmp(name, "avx2") == 0 && runs_avx2()) return chosen = &avx2, 1;
    if (strcmp(name, "avx2_vnni") == 0 && runs_avx_vnni())
        return chosen = with_dot_products(&avx2_vnni, &avx2, "avx2_vnni", ad_gemm_fixed_avx2_vnni), 1;
    if (strcmp(name, "avx512") == 0 && runs_avx512()) return chosen = &avx512, 1;
    if (strcmp(name, "avx512_vnni") == 0 && runs_avx512() && __builtin_cpu_supports("avx512vnni"))
        return chosen = with_dot_products(&avx512_vnni, &avx512, "avx512_vnni", ad_gemm_fixed_avx512_vnni), 1;
#endif
    return 0;
}

__attribute__((constructor)) static void choose(void) {
    static const char *const widest[] = {"avx512_vnni", "avx512", "avx2_vnni", "avx2"};
    for (int i = 0; i < 4; i++)
        if (ad_use_variant(widest[i])) return;
}

const char *ad_instruction_set(void) { return chosen->name; }

#define FORWARD(op, type) \
    void ad_##op##_f32(const type *job) { chosen->op(job); }
AD_OPERATIONS(FORWARD)
