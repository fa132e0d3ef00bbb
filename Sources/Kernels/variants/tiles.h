// How products cut C into tiles: AD_MR rows by panels of AD_NR columns, AD_NV vectors each.
#define AD_NR 16
#define AD_NV (AD_NR / AD_LANES)

// The heights of a tile below AD_MR, each compiled for itself; AD_TILE(rows) is the case to take.
#if AD_MR > 6
#define AD_SHORT_TILES \
    AD_TILE(1); AD_TILE(2); AD_TILE(3); AD_TILE(4); AD_TILE(5); AD_TILE(6); \
    AD_TILE(7); AD_TILE(8); AD_TILE(9); AD_TILE(10); AD_TILE(11);
#else
#define AD_SHORT_TILES AD_TILE(1); AD_TILE(2); AD_TILE(3); AD_TILE(4); AD_TILE(5);
#endif
