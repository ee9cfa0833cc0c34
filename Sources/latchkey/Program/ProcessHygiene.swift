// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CProcess
internal import Glibc
internal import KeyModel

/// What keeps secrets in the memory of this process: no core image, no look into it by other processes of its user, no
/// backtrace that prints registers and what they point to.
enum ProcessHygiene {
    /// Who must look into a process that goes wrong, on a machine of his own, sets it to 1.
    static let variable = "LATCHKEY_ALLOW_DUMPS"

    /// Comes before anything is read. Nothing of it can fail for a reason that the process could do something about.
    static func begin() {
        if Environment.value(variable) == "1" { return }
        process_forbid_dumps()
        // Where the kernel pipes core images to a program, the limit alone stops nothing; where it writes files, it does.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // Swift's runtime, when $SWIFT_BACKTRACE says so, catches these and prints registers and memory.
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
    }
}
