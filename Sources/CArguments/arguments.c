// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0
//
// The process's arguments, as the kernel handed them over. Swift reads them from /proc/self/cmdline, and where /proc is
// not mounted it has none: the program would take `latchkey serve …` for `latchkey`. glibc passes them to every
// constructor, as it does to main.

#include "CArguments.h"

#include <stddef.h>

static int count;
static char **arguments;

__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

int argument_count(void) { return count; }

const char *argument_at(int index) { return index >= 0 && index < count ? arguments[index] : NULL; }
