// Lanes, tiles and whole-number instructions of avx2.
#define AD_LANES 8
#define AD_MR 6
#define AD_WIDE 1
#define AD_REGISTER(x) "x"(x)
#define AD_MADD(x, b) _mm256_madd_epi16((__m256i)(x), (__m256i)(b))
#define AD_SHIFT_LEFT_16(x, count) _mm256_slli_epi16((__m256i)(x), count)
#define AD_SHIFT_RIGHT_16(x, count) _mm256_srai_epi16((__m256i)(x), count)
