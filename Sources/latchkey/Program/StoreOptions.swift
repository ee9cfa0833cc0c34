// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal

/// What every command has that looks into a store's files, whether a server runs on them or not.
struct StoreOptions: ParsableArguments {
    @Argument(help: "The store's directory, as `latchkey serve --data` has it.", completion: .directory)
    var directory: String

    @Option(
        help: .init("The file that holds the store key. Default: the directory's name with .key.", valueName: "file"),
        completion: .file())
    var storeKey: String?

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: .init("How to print the result.", valueName: "format"))
    var output = OutputFormat.table

    /// Opens the store, and runs `body` with it. Nothing on the disk is changed by opening it.
    func withStore<R>(_ body: (StoreInspection) throws -> R) throws -> R {
        do {
            return try body(StoreInspection.open(directory, keyPath: storeKey))
        } catch let error as JournalError {
            throw CommandFailure(error, in: directory)
        }
    }
}
