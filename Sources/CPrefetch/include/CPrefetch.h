// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CPREFETCH_H
#define CPREFETCH_H

#include <stddef.h>

/// Asks for the cache lines of `bytes` bytes of memory, and waits for nothing. Any address is harmless.
static inline void prefetch(const void *memory, size_t bytes) {
    for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch((const char *)memory + offset, 0, 3);
}

#endif
