// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CCLEANSING_H
#define CCLEANSING_H

#include <stddef.h>

/// What the calling thread gives back to the heap is overwritten first, until `cleansing_end` has been called as often.
void cleansing_begin(void);
void cleansing_end(void);

/// Gives memory of malloc's back, overwritten, whoever asks for it and when.
void cleansing_free(void *_Nonnull memory);

/// Moves memory of malloc's, always: what it leaves is overwritten. NULL = there is no memory.
void *_Nullable cleansing_reallocate(void *_Nullable memory, size_t bytes, size_t wanted_bytes);

#endif
