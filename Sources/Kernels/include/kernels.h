// The only header Swift sees: the hot loops of the transformer, forward and backward.
//
// All matrices are row-major f32. Letters: M rows (tokens), C hidden size, F MLP size, D head size, V vocabulary.
// Nothing here allocates, does I/O or exits. Every function picks the widest variant the CPU runs, once.
// Each operation also exists as ad_<op>_ref: one plain loop, the yardstick of the tests.
#pragma once
#include <stdint.h>

#include "ad_dequantize.h"

#pragma clang assume_nonnull begin

// The number of threads that all loops here use; oneDNN shares the pool.
void ad_set_thread_count(int count);
int ad_thread_count(void);

// Processors that this process may run on; 0 when the system does not say.
int ad_affinity_count(void);

// The machine's memory in bytes; asked of the kernel, because /proc/meminfo may be hidden.
int64_t ad_memory_byte_count(void);

// Name of the variant in use: avx512_vnni, avx512, avx2_vnni, avx2 or plain.
const char *ad_instruction_set(void);

// Uses another variant than the widest one, for tests; returns 0 when this CPU cannot run it.
int ad_use_variant(const char *name);

// Packed weights: W [n, k] as panels of 16 outputs, [n/16][k][16], missing outputs zero.
int64_t ad_packed_count(int64_t n, int64_t k);

// Packs rows first..<first+count of a weight with k inputs. The buffer starts out zeroed.
void ad_pack_f32(float *packed, const float *rows, int64_t first, int64_t count, int64_t k);

// Reads packed row `index` back into out [k].
void ad_unpack_row_f32(float *out, const float *packed, int64_t index, int64_t k);

// C [m, n] = beta C + alpha A B with A(m,k) = a[m ars + k acs].
enum { AD_STRIDED = 0, AD_PACKED = 1, AD_PACKED_TRANSPOSED = 2 };
typedef struct {
    int64_t m, n, k;
    const float *a;
    int64_t ars, acs;
    // AD_STRIDED: B(k,n) = b[k brs + n bcs]. AD_PACKED: B = Wᵀ of a packed W [n, k].
    // AD_PACKED_TRANSPOSED: B = a packed W [k, n], for gradients of inputs.
    const float *b;
    int64_t brs, bcs;
    int layout;
    float *c;
    int64_t ldc;
    float alpha, beta;
} ad_gemm;
void ad_gemm_f32(const ad_gemm *job);
void ad_gemm_f32_ref(const ad_gemm *job);

// Products in block fixed point: groups of AD_GROUP inputs share a scale. In 16 bits weights have 13 and rows 14, sign
// included, so that the products of a group add up in 32 bits without loss (64 · 4095 · 8191 < 2³¹): several times
// finer than bf16, and the multiplier takes two per lane where f32 takes one. In 8 bits both have 8, and dot-product
// instructions take four per lane.
enum { AD_GROUP = 64 };

// Groups of k inputs; the last may be short and is filled up with zeros.
int64_t ad_group_count(int64_t k);

// Weights W [n, k] as panels of 16 outputs: lanes of 32 bits, [n/16][lanes of k][16], hold two or four inputs
// side by side; scales [n/16][groups][16]. Numbers of 8 bits have 128 added, because the instructions need
// one side unsigned.
int64_t ad_fixed_byte_count(int bytes, int64_t n, int64_t k);
int64_t ad_fixed_scale_count(int64_t n, int64_t k);

// Rounds and packs rows first..<first+count of a weight with k inputs. Both buffers start out zeroed.
void ad_fixed_pack(int bytes, void *packed, float *scales, const float *rows, int64_t first, int64_t count, int64_t k);

// Reads packed row `index` back into out [k].
void ad_fixed_unpack_row(int bytes, float *out, const void *packed, const float *scales, int64_t index, int64_t k);

enum { AD_TILE_ROWS = 12 };

// C [m, n] = beta C + X Wᵀ, beta 0 or 1, for X [m, k] (rows close together) and a packed W [n, k]. The same bits
// whatever the number of rows or threads.
typedef struct {
    int64_t m, n, k;
    int bytes;  // of a number: 2 or 1
    const float *x;
    const void *packed;
    const float *scales;
    // Room for tiles of up to AD_TILE_ROWS rounded rows: m rounded up to a multiple of it, times groups · AD_GROUP
    // values, groups scales, and groups sums.
    void *rounded;
    float *rounded_scales;
    int32_t *starts;
    float *c;
    int64_t ldc;
    float beta;
} ad_gemm_fixed;
void ad_gemm_fixed_f32(const ad_gemm_fixed *job);
void ad_gemm_fixed_f32_ref(const ad_gemm_fixed *job);

// The keys of one row, in order, as up to AD_SEGMENTS runs of cache slots.
enum { AD_SEGMENTS = 3 };
typedef struct {
    int64_t start[AD_SEGMENTS], length[AD_SEGMENTS];
} ad_segments;

// Keys are in blocks of AD_KEY_BLOCK slots, [slot/16][kv_heads · d][16], so that one vector holds one element
// of many keys; values are slot by slot.
enum { AD_KEY_BLOCK = 16 };

// Writes the keys and values of rows, both [rows, width] with `ld` floats per row, into their slots.
typedef struct {
    int64_t rows, width;
    const float *key, *value;
    int64_t ld;
    const int64_t *slots;
    float *k, *v;
} ad_store;
void ad_store_f32(const ad_store *job);

// out[row, head] = softmax(cap(scale q·K)) V; keys in blocks, values [slot, kv_heads · d] with `stride`
// floats per slot. cap(s) = softcap tanh(s / softcap); a softcap of 0 leaves scores as they are.
typedef struct {
    int64_t rows, heads, kv_heads, d;
    const float *q;
    int64_t ldq;
    const float *k, *v;
    int64_t stride;
    const ad_segments *segments;
    float *out;
    int64_t ldo;
    float scale, softcap;
    // Per thread scratch_stride = 3 · (most keys of any row + AD_KEY_BLOCK); for the backward pass, with as many keys as
    // the largest tree has rows, twice that (three times with a softcap) and 2 d for each of them.
    float *scratch;
    int64_t scratch_stride;
} ad_attention;
void ad_attention_f32(const ad_attention *job);
void ad_attention_f32_ref(const ad_attention *job);

// Backward; dk and dv are added to. Here keys are slot by slot like values, and a row's number is its slot.
// Rows tree_start[i]..<tree_start[i+1] see only keys of their own tree.
typedef struct {
    ad_attention forward;
    const float *dout;
    int64_t lddo;
    float *dq;
    int64_t lddq;
    float *dk, *dv;
    int64_t dstride;
    const int64_t *tree_start;
    int64_t trees;
} ad_attention_backward;
void ad_attention_backward_f32(const ad_attention_backward *job);
void ad_attention_backward_f32_ref(const ad_attention_backward *job);

// y = x rsqrt(mean x² + epsilon) weight; with dy: y += gradient of x (Zhang & Sennrich 2019, eq. 4).
typedef struct {
    int64_t rows, c;
    const float *x, *weight;
    const float *_Nullable dy;
    float *y;
    float epsilon;
} ad_rmsnorm;
void ad_rmsnorm_f32(const ad_rmsnorm *job);
void ad_rmsnorm_f32_ref(const ad_rmsnorm *job);

// y = (x − mean x) rsqrt(variance x + epsilon) weight + bias; with dy: y += gradient of x (Ba, Kiros & Hinton 2016).
typedef struct {
    int64_t rows, c;
    const float *x, *weight, *bias;
    const float *_Nullable dy;
    float *y;
    float epsilon;
} ad_layernorm;
void ad_layernorm_f32(const ad_layernorm *job);
void ad_layernorm_f32_ref(const ad_layernorm *job);

// Rotates `heads` heads of each row in place; table[position] = d/2 cosines then d/2 sines; sign 1 or −1.
typedef struct {
    int64_t rows, heads, d;
    float *x;
    int64_t ldx;
    const int32_t *positions;
    const float *table;
    float sign;
} ad_rope;
void ad_rope_f32(const ad_rope *job);
void ad_rope_f32_ref(const ad_rope *job);

// out [rows, f] = act(x[:, :f]) x[:, f:]; with dout: dx [rows, 2f] is written instead. The activation is
// SiLU, or GELU in its form with tanh (Hendrycks & Gimpel 2016), which is x σ(2 √(2/π) (x + 0.044715 x³)).
enum { AD_SILU = 0, AD_GELU_TANH = 1 };
typedef struct {
    int64_t rows, f;
    int activation;
    const float *x;
    float *_Nullable out;
    const float *_Nullable dout;
    float *_Nullable dx;
} ad_swiglu;
void ad_swiglu_f32(const ad_swiglu *job);
void ad_swiglu_f32_ref(const ad_swiglu *job);

// The activation without a gate: out [rows, f] = act(x); with dout: dx [rows, f] is written instead.
typedef struct {
    int64_t rows, f;
    int activation;
    const float *x;
    float *_Nullable out;
    const float *_Nullable dout;
    float *_Nullable dx;
} ad_activation;
void ad_activation_f32(const ad_activation *job);
void ad_activation_f32_ref(const ad_activation *job);

// x = cap tanh(x / cap) for `count` numbers; with dy: dy *= 1 − (x / cap)² for x that are capped already.
typedef struct {
    int64_t count;
    float *x;
    float *_Nullable dy;
    float cap;
} ad_softcap;
void ad_softcap_f32(const ad_softcap *job);
void ad_softcap_f32_ref(const ad_softcap *job);

// losses[row] = −ln softmax(logits[row])[target]; with coefficients the logits become
// coefficient (softmax − onehot), the gradient of Σ coefficient · loss.
typedef struct {
    int64_t rows, v;
    float *logits;
    const int32_t *targets;
    const float *_Nullable coefficients;
    float *losses;
} ad_cross_entropy;
void ad_cross_entropy_f32(const ad_cross_entropy *job);
void ad_cross_entropy_f32_ref(const ad_cross_entropy *job);

// One token per row by inverse transform of one uniform number; temperature 0 takes the largest, ties the lowest
// id. log_probabilities are at temperature 1. A row that is not finite gives token −1.
// Draw i reads logits row row_of[i].
typedef struct {
    int64_t rows, v;
    const float *logits;
    const int32_t *row_of;
    const float *uniforms;
    float temperature, top_p;
    int64_t top_k;
    float *scratch;  // per thread: 3 v
    int32_t *tokens;
    float *log_probabilities;
} ad_sample;
void ad_sample_f32(const ad_sample *job);

// AdamW (Loshchilov & Hutter 2019) as PyTorch computes it; correction_i = 1 − beta_i^step.
typedef struct {
    int64_t count;
    float *w, *m, *v;
    const float *gradient;
    float gradient_scale, rate, beta1, beta2, epsilon, decay, correction1, correction2;
} ad_adamw;
void ad_adamw_f32(const ad_adamw *job);
void ad_adamw_f32_ref(const ad_adamw *job);

// f32 to bf16, round to nearest even, and back.
void ad_to_bf16(uint16_t *out, const float *x, int64_t count);
void ad_from_bf16(float *out, const uint16_t *x, int64_t count);

#pragma clang assume_nonnull end
