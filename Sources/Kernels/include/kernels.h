// The only header Swift sees: everything the plain C loops offer.
#pragma once
#include "ad_dequantize.h"
