// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

extension SimulatedDisk {
    func restarted() -> SimulatedDisk {
        var found = self
        found.isOff = false
        found.faults = [:]
        found.cut = nil
        found.operations = 0
        found.unlockAll()
        return found
    }

    /// The names are decided first: what has none left has no contents to decide.
    func crashed(seed: UInt64) -> SimulatedDisk {
        var found = self
        var chance = CrashChance(seed: seed)
        if inodes.contains(where: { !$0.names.isSynced }) {
            for number in inodes.indices { found.inodes[number].names.crash(&chance) }
            found.countLinks()
        }
        for number in inodes.indices where found.inodes[number].links > 0 {
            found.inodes[number].file.crash(&chance)
        }
        found.tally += chance.finished()
        found.freeUnlinked()
        return found.restarted()
    }

    /// Damage that is there whatever was synced.
    mutating func damage(_ inode: Int, _ change: (inout [UInt8]) -> Void) {
        var bytes = inodes[inode].file.visible.array
        change(&bytes)
        inodes[inode].file.replace(bytes)
    }

    /// No name, on disk either, and nobody who has it open: it is gone. Only after a power cut: before, a name whose
    /// removal is not synced may come back.
    private mutating func freeUnlinked() {
        for number in inodes.indices where inodes[number].links <= 0 && inodes[number].kind != .free {
            inodes[number] = Inode(kind: .free, mode: 0, links: 0)
            freeInodes.append(number)
        }
    }

    private mutating func countLinks() {
        for number in inodes.indices { inodes[number].links = 0 }
        countLinks(from: 0)
    }

    /// Counts the names of everything that can be reached from a directory, itself included.
    private mutating func countLinks(from directory: Int) {
        inodes[directory].links = 1
        for child in inodes[directory].names.visible.values {
            switch inodes[child].kind {
            case .directory: countLinks(from: child)
            case .file: inodes[child].links += 1
            case .free: break
            }
        }
    }
}
