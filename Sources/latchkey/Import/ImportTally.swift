// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What became of imported keys.
struct ImportTally {
    private(set) var imported = 0
    private(set) var alreadyThere = 0
    private(set) var refused = 0
    /// Why they were, each reason once.
    private(set) var reasons: [Reason] = []

    var total: Int { imported + alreadyThere + refused }

    mutating func add(_ result: ImportResult) {
        if result.isImported {
            imported += 1
        } else if result.reason == .keyExists {
            alreadyThere += 1
        } else {
            refused += 1
            if !reasons.contains(result.reason) { reasons.append(result.reason) }
        }
    }

    /// "1,200 imported, 3 there before, 1 refused".
    var words: String {
        "\(Grouped.text(imported)) imported, \(Grouped.text(alreadyThere)) there before, \(Grouped.text(refused)) refused"
    }

    func show(_ format: OutputFormat, isDryRun: Bool) throws(CommandFailure) {
        switch format {
        case .table:
            var block = RecordBlock()
            block.add(isDryRun ? "Would import" : "Imported", Grouped.text(imported), style: .green)
            block.add("Already there", Grouped.text(alreadyThere))
            block.add("Refused", Grouped.text(refused), style: refused == 0 ? nil : .red)
            try StandardOutput.write(block.text(for: .output))
        case .json, .ndjson:
            let object = JSONText.object([
                ("imported", .number(imported)), ("alreadyThere", .number(alreadyThere)), ("refused", .number(refused)),
                ("dryRun", .flag(isDryRun)),
            ])
            try StandardOutput.writeLine(object.line)
        }
    }
}
