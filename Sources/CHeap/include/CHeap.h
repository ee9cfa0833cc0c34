// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CHEAP_H
#define CHEAP_H

#include <stdint.h>

/// How often the calling thread has asked the heap for memory since it began.
uint64_t allocation_count(void);

/// From now on whatever the calling thread gives back to the heap is overwritten first.
void cleanse_freed_memory(void);

/// Gives whole pages that nobody uses back to the system, wherever they lie. Whoever asks the heap meanwhile may wait.
void return_freed_memory(void);

#endif
