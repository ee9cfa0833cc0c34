// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A directory's names as readers see them and as a power cut finds them, and the changes between the two in the order
/// they were made.
struct SimulatedNames {
    private enum Change {
        case link(String, Int)
        case unlink(String)
        case rename(String, to: String, Int)
    }

    private(set) var visible: [String: Int] = [:]
    private var durable: [String: Int] = [:]
    private var pending: [(step: Int, change: Change)] = []

    var isSynced: Bool { pending.isEmpty }

    mutating func link(_ name: String, _ inode: Int, step: Int) {
        make(.link(name, inode), step)
    }

    mutating func unlink(_ name: String, step: Int) {
        make(.unlink(name), step)
    }

    mutating func rename(_ name: String, to newName: String, _ inode: Int, step: Int) {
        make(.rename(name, to: newName, inode), step)
    }

    mutating func sync() {
        durable = visible
        pending = []
    }

    /// Leaves what was synced, and of the rest what chance says.
    mutating func crash(_ chance: inout CrashChance) {
        guard !pending.isEmpty else { return }
        let survival = chance.survival(of: pending.count)
        for (index, (step, change)) in pending.enumerated()
        where chance.keeps(index, of: survival, step: step) {
            Self.apply(change, to: &durable)
        }
        pending = []
        visible = durable
    }

    private mutating func make(_ change: Change, _ step: Int) {
        Self.apply(change, to: &visible)
        pending.append((step, change))
    }

    private static func apply(_ change: Change, to names: inout [String: Int]) {
        switch change {
        case .link(let name, let inode): names[name] = inode
        case .unlink(let name): names[name] = nil
        case .rename(let old, let new, let inode):
            if names[old] == inode { names[old] = nil }
            names[new] = inode
        }
    }
}
