// The contract of the control socket, docs/openapi.json, as bytes in the program: an installed daemon has no
// source tree to read it from. The compiler's #embed costs nothing, while an array literal in Swift takes it
// twenty seconds.
#pragma once

#include <stddef.h>

/// The document's first byte.
const unsigned char *_Nonnull ad_openapi_bytes(void);

/// The document's length in bytes.
size_t ad_openapi_count(void);
