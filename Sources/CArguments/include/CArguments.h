// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CARGUMENTS_H
#define CARGUMENTS_H

/// How many arguments the process was started with, its own name included.
int argument_count(void);

/// One of them; null past the last.
const char *argument_at(int index);

#endif
