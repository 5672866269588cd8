// Written by .ci/embed from the folders below fixtures/. Run it after adding, removing or renaming a file there.
#include "CResources.h"

static const unsigned char file_0[] = {
#embed "../../fixtures/demo.yaml" suffix(,)
    0};
static const unsigned char file_1[] = {
#embed "../../fixtures/dialects/data/openai.yaml" suffix(,)
    0};
static const unsigned char file_2[] = {
#embed "../../fixtures/dialects/data/plain.yaml" suffix(,)
    0};
static const unsigned char file_3[] = {
#embed "../../fixtures/schema/fixture.json" suffix(,)
    0};
static const unsigned char file_4[] = {
#embed "../../fixtures/suites/date-once.yaml" suffix(,)
    0};
static const unsigned char file_5[] = {
#embed "../../fixtures/suites/herd.yaml" suffix(,)
    0};
static const unsigned char file_6[] = {
#embed "../../fixtures/suites/post-broken.yaml" suffix(,)
    0};
static const unsigned char file_7[] = {
#embed "../../fixtures/suites/post-interrupted.yaml" suffix(,)
    0};
static const unsigned char file_8[] = {
#embed "../../fixtures/suites/post-refused.yaml" suffix(,)
    0};
static const unsigned char file_9[] = {
#embed "../../fixtures/suites/raw-hint.yaml" suffix(,)
    0};
static const unsigned char file_10[] = {
#embed "../../fixtures/suites/refused-forever.yaml" suffix(,)
    0};
static const unsigned char file_11[] = {
#embed "../../fixtures/suites/refused-once.yaml" suffix(,)
    0};
static const unsigned char file_12[] = {
#embed "../../fixtures/suites/status-forever.yaml" suffix(,)
    0};
static const unsigned char file_13[] = {
#embed "../../fixtures/suites/status-once.yaml" suffix(,)
    0};

// The last byte of each array is a zero that does not belong to the file, because an array cannot be empty.
static const struct CResources_file files[] = {
    {"demo.yaml", file_0, sizeof file_0 - 1},
    {"dialects/data/openai.yaml", file_1, sizeof file_1 - 1},
    {"dialects/data/plain.yaml", file_2, sizeof file_2 - 1},
    {"schema/fixture.json", file_3, sizeof file_3 - 1},
    {"suites/date-once.yaml", file_4, sizeof file_4 - 1},
    {"suites/herd.yaml", file_5, sizeof file_5 - 1},
    {"suites/post-broken.yaml", file_6, sizeof file_6 - 1},
    {"suites/post-interrupted.yaml", file_7, sizeof file_7 - 1},
    {"suites/post-refused.yaml", file_8, sizeof file_8 - 1},
    {"suites/raw-hint.yaml", file_9, sizeof file_9 - 1},
    {"suites/refused-forever.yaml", file_10, sizeof file_10 - 1},
    {"suites/refused-once.yaml", file_11, sizeof file_11 - 1},
    {"suites/status-forever.yaml", file_12, sizeof file_12 - 1},
    {"suites/status-once.yaml", file_13, sizeof file_13 - 1},
};

size_t CResources_count(void) { return sizeof files / sizeof files[0]; }

struct CResources_file CResources_at(size_t position) { return files[position]; }
