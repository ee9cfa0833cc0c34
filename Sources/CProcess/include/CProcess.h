// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef CPROCESS_H
#define CPROCESS_H

/// Has the kernel write no core image of this process, and keep its memory from other processes of its user
/// (PR_SET_DUMPABLE).
void process_forbid_dumps(void);

#endif
