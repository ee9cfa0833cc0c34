// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyModel

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the chain of all changes, from the oldest that is kept.",
        usage: "latchkey audit verify <directory> [--head <sequence>:<tag>] [<options>]",
        discussion: """
            Every record carries a keyed tag over itself and the record before it. So
            none can be changed, moved, removed or put in between without the store
            key. Whoever has the key, and the disk, could still write a whole new
            history: publish the head that this prints where they cannot change it,
            and give it to --head later. Nothing is changed, and a server may be
            running. Exit status 0 when the chain is whole and has that head in it,
            1 when not.

            Examples:
              latchkey audit verify ./latchkey-data
              latchkey audit verify ./latchkey-data \\
                --head 1024:9c1f0b52d07f4a3e8a55b1c70d6e2f18
            """
    )

    @OptionGroup var options: StoreOptions

    @Option(help: .init("A head that was printed earlier and must still be there.", valueName: "sequence:tag"))
    var head: HeadArgument?

    func run() async throws {
        try options.withStore { store in
            let anchor = try store.oldestAnchor()
            var (records, tag): (UInt64, JournalTag?) = (0, nil)
            if let head, head.sequence == anchor.firstSequence &- 1 { tag = anchor.tag }
            let progress = ReadingProgress()
            // Its line must not stand before a complaint, either.
            defer { progress.end() }
            let end = try store.readJournal(history: true, progress: progress.show) { record in
                if record.type == .mark { return true }
                records += 1
                if record.sequence == head?.sequence { tag = record.tag }
                return true
            }
            progress.end()
            guard let end else { return }
            try show(store, anchor, end.head, records)
            if let head { try compare(head, tag, anchor, end.head) }
        }
    }

    private func show(
        _ store: StoreInspection, _ anchor: JournalAnchor, _ head: JournalHeadPoint, _ records: UInt64
    ) throws {
        switch options.output {
        case .table:
            var block = RecordBlock()
            block.add("Store", store.storeID.description)
            block.add("Records", "\(Grouped.text(records)) verified, one chain", style: .green)
            block.add(anchor, now: .now)
            block.add(head, now: .now)
            try StandardOutput.write(block.text(for: .output))
        case .json, .ndjson:
            let object = JSONText.object([
                ("storeId", .text("\(store.storeID)")), ("records", .whole(records)), ("anchor", .anchor(anchor)),
                ("head", .head(head)),
            ])
            try StandardOutput.writeLine(object.line)
        }
    }

    private func compare(
        _ head: HeadArgument, _ tag: JournalTag?, _ anchor: JournalAnchor, _ last: JournalHeadPoint
    ) throws(CommandFailure) {
        if tag == head.tag {
            StandardError.write("Record \(head.sequence) is the one that was published.\n")
            return
        }
        let message =
            if tag != nil {
                "record \(head.sequence) is not the one that was published: history was written anew"
            } else if head.sequence < anchor.firstSequence {
                "record \(head.sequence) is no longer kept: the oldest is \(anchor.firstSequence)"
            } else {
                "record \(head.sequence) is gone: the last is \(last.sequence)"
            }
        throw CommandFailure(message, status: .refused)
    }
}

/// SEQUENCE:TAG, as `audit verify` prints it.
struct HeadArgument: ExpressibleByArgument {
    let sequence: UInt64
    let tag: JournalTag

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[0]), let tag = JournalTag(String(parts[1])) else {
            return nil
        }
        self.sequence = sequence
        self.tag = tag
    }
}
