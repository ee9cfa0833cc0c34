// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What tells a file from what it was before: another file under its name, another length, a later change, or another
/// owner or mode, for which it may have been refused.
package struct FileMark: Sendable, Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let bytes: Int64
    private let mode: UInt32
    private let owner: UInt32
    private let written: Moment
    /// Of anything about it. The clock that stamps files ticks slowly: two changes within a tick have one time.
    private let changed: Moment

    private struct Moment: Sendable, Equatable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) {
            seconds = time.tv_sec
            nanoseconds = time.tv_nsec
        }
    }

    /// That of the file which a name leads to, through links too, as whoever mounts secrets swaps them; `nil` = there is
    /// none that can be looked at.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        bytes = Int64(status.st_size)
        mode = status.st_mode
        owner = status.st_uid
        written = Moment(status.st_mtim)
        changed = Moment(status.st_ctim)
    }
}
