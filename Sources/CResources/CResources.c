// Written by .ci/embed from the folders below fixtures/. Run it after adding, removing or renaming a file there.
#include "CResources.h"

static const unsigned char file_0[] = {
#embed "../../fixtures/dialects/openai.yaml" suffix(,)
    0};
static const unsigned char file_1[] = {
#embed "../../fixtures/dialects/plain.yaml" suffix(,)
    0};

// The last byte of each array is a zero that does not belong to the file, because an array cannot be empty.
static const struct CResources_file files[] = {
    {"dialects/openai.yaml", file_0, sizeof file_0 - 1},
    {"dialects/plain.yaml", file_1, sizeof file_1 - 1},
};

size_t CResources_count(void) { return sizeof files / sizeof files[0]; }

struct CResources_file CResources_at(size_t position) { return files[position]; }
