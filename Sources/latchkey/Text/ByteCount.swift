// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// A size as the command line says it: `65536`, `512MiB`, `2GiB`.
struct ByteCount: Equatable, ExpressibleByArgument {
    let bytes: UInt64

    private static let units: [(name: String, bytes: UInt64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("", 1),
    ]

    init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let digits = argument.prefix { ("0"..."9").contains($0) }
        let name = argument[digits.endIndex...].lowercased()
        guard let count = UInt64(digits), let unit = Self.units.first(where: { $0.name.lowercased() == name })
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        if overflow { return nil }
        bytes = product
    }

    /// In the largest unit that is a whole number of it.
    var defaultValueDescription: String {
        let unit = Self.units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 } ?? Self.units[Self.units.count - 1]
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
