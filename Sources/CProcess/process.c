// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0
//
// What Swift cannot call: prctl takes as many arguments as it likes.

#include "CProcess.h"

#include <sys/prctl.h>

void process_forbid_dumps(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
