// Lanes, tiles and whole-number instructions of avx512.
#define AD_LANES 16
#define AD_MR 12
#define AD_WIDE 2
#define AD_REGISTER(x) "v"(x)
#define AD_MADD(x, b) _mm512_madd_epi16((__m512i)(x), (__m512i)(b))
#define AD_SHIFT_LEFT_16(x, count) _mm512_slli_epi16((__m512i)(x), count)
#define AD_SHIFT_RIGHT_16(x, count) _mm512_srai_epi16((__m512i)(x), count)
