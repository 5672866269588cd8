#pragma once

#include <stddef.h>

/// A file that the binary carries.
struct CResources_file {
    /// The path below `fixtures/`, as `dialects/data/plain.yaml`, or `page/…` for a part of a page.
    const char *_Nonnull name;
    const unsigned char *_Nonnull data;
    size_t size;
};

/// How many files there are.
size_t CResources_count(void);

/// The file at a position below the count, in the order of the names.
struct CResources_file CResources_at(size_t position);
