#pragma once

#include <stddef.h>

/// A file that the binary carries.
struct CResources_file {
    /// The path below `fixtures/`, as `dialects/plain.yaml`.
    const char *_Nonnull name;
    const unsigned char *_Nonnull data;
    size_t size;
};

/// All embedded files; ends with an entry of size 0 and an empty name.
extern const struct CResources_file CResources_files[];
