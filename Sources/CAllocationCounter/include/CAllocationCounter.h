// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// How often the calling thread has asked the heap for memory since it began.
uint64_t allocation_count(void);

#endif
