// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0
//
// These functions stand before glibc's of the same name and hand on to them. They count allocations, for `latchkey bench
// --in-process`: that costs one addition to a thread's own variable. And they overwrite what is freed, on threads that ask
// for it, for memory that others fill and let go of as it is: BoringSSL decrypts a record where it has read it, and gives
// that back with all tokens in it ("doesn't contain any sensitive data", says its ssl_buffer.cc).

#include "CHeap.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free(void *memory);
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local uint64_t count;
static _Thread_local bool cleanses;

uint64_t allocation_count(void) { return count; }

void cleanse_freed_memory(void) { cleanses = true; }

void return_freed_memory(void) { malloc_trim(0); }

// But for pages' worths that are empty: most of a large buffer was never written to, and would become memory of the
// process by that.
static void overwrite(unsigned char *memory, size_t size) {
    while (size > 0) {
        size_t part = size < 4096 ? size : 4096;
        bool is_empty = memory[0] == 0 && memcmp(memory, memory + 1, part - 1) == 0;
        if (!is_empty) explicit_bzero(memory, part);
        memory += part;
        size -= part;
    }
}

void free(void *memory) {
    if (cleanses && memory != NULL) overwrite(memory, malloc_usable_size(memory));
    __libc_free(memory);
}

// Never where it is: glibc's would leave what it moves, or cuts off.
static void *move(void *memory, size_t size) {
    void *other = __libc_malloc(size);
    if (other == NULL) return NULL;
    size_t before = malloc_usable_size(memory);
    memcpy(other, memory, before < size ? before : size);
    free(memory);
    return other;
}

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count++;
    if (cleanses && memory != NULL) {
        if (size > 0) return move(memory, size);
        free(memory);
        return NULL;
    }
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *found = memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}
