// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory that is overwritten when it is given back. `free` stands before glibc's of the same name and hands on to it: a
// library that does not overwrite what it gives back can be made to in no other way. Where a thread has not asked for
// that, it costs a look at a thread's own variable.

#include "CCleansing.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free(void *memory);

static _Thread_local unsigned depth;

void cleansing_begin(void) { depth++; }

void cleansing_end(void) { depth--; }

void cleansing_free(void *memory) {
    explicit_bzero(memory, malloc_usable_size(memory));
    __libc_free(memory);
}

void *cleansing_reallocate(void *memory, size_t bytes, size_t wanted_bytes) {
    void *found = malloc(wanted_bytes);
    if (found == NULL || memory == NULL) return found;
    memcpy(found, memory, bytes < wanted_bytes ? bytes : wanted_bytes);
    cleansing_free(memory);
    return found;
}

void free(void *memory) {
    if (depth == 0 || memory == NULL) return __libc_free(memory);
    cleansing_free(memory);
}
