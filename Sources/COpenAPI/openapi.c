#include "openapi.h"

static const unsigned char document[] = {
#embed "../../docs/openapi.json"
};

const unsigned char *ad_openapi_bytes(void) { return document; }

size_t ad_openapi_count(void) { return sizeof document; }
