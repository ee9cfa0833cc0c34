// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// An account as one line of a table:
///
///     ACCOUNT                     ACTIVE    CAP     KEYS      LIFETIME  OVERLAP   PREFIX
///     acme                        3         50      5         365d      4h        lk
struct AccountRow {
    let terminal: Terminal

    /// What the others leave, so that 80 columns hold all of it; the longest id takes 63.
    private var accountWidth: Int { terminal.columns.map { min(max($0 - 56, 12), 63) } ?? 24 }

    var header: String {
        terminal.styled(
            line("ACCOUNT", "ACTIVE", cap: "CAP", all: "KEYS", "LIFETIME", "OVERLAP", prefix: "PREFIX"), .bold)
    }

    func text(_ account: Account) -> String {
        let settings = account.settings
        return line(
            settings.id, "\(account.activeKeys)",
            cap: settings.maxActiveKeys == 0 ? "none" : "\(settings.maxActiveKeys)",
            all: "\(account.totalKeys)", HumanDuration(settings.defaultLifetime).defaultValueDescription,
            HumanDuration(settings.defaultOverlap).defaultValueDescription, prefix: settings.tokenPrefix)
    }

    private func line(
        _ id: String, _ active: String, cap: String, all: String, _ lifetime: String, _ overlap: String, prefix: String
    ) -> String {
        var line = TableLine()
        line.add(id, width: accountWidth, isCut: true)
        line.add(active, width: 8)
        line.add(cap, width: 6)
        line.add(all, width: 8)
        line.add(lifetime, width: 8)
        line.add(overlap, width: 7)
        line.add(prefix)
        return line.text(for: terminal)
    }
}
