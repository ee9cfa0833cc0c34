// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What each target may import: the module table of the architecture, as a program.
enum Architecture {
    /// Part of the toolchain or the C library; free to everyone but the model.
    static let systemModules: Set = ["Swift", "Synchronization", "_Concurrency", "Glibc", "Dispatch"]

    struct Rights {
        /// Other modules, ours and packages'.
        let modules: Set<String>
        let system: Set<String>
        let anything: Bool

        func allow(_ module: String) -> Bool { anything || modules.contains(module) || system.contains(module) }

        static func only(_ modules: String..., system: Set<String> = systemModules) -> Rights {
            Rights(modules: Set(modules), system: system, anything: false)
        }

        static let everything = Rights(modules: [], system: systemModules, anything: true)
    }

    static let table: [String: Rights] = [
        "CHeap": .only(),
        "CArguments": .only(),
        "CLatchkeyProto": .only(),
        "COpenSSL": .only(),
        "CPrefetch": .only(),
        "CProcess": .only(),
        "KeyModel": .only(system: ["Swift", "Synchronization"]),
        "KeyCrypto": .only("KeyModel", "COpenSSL"),
        "KeyWire": .only("KeyModel", "CLatchkeyProto", "NIOCore"),
        "KeyJournal": .only("KeyModel", "KeyCrypto"),
        "KeyStore": .only("CPrefetch", "KeyModel", "KeyCrypto", "KeyWire", "KeyJournal"),
        "KeyUsage": .only("KeyModel", "KeyCrypto", "KeyWire", "KeyJournal", "KeyStore"),
        "KeyService": .only("KeyModel", "KeyCrypto", "KeyWire", "KeyJournal", "KeyStore", "KeyUsage"),
        "KeyTLS": .only("KeyModel", "KeyCrypto", "NIOCore", "NIOSSL"),
        "KeyServer": .only(
            "CHeap", "KeyModel", "KeyWire", "KeyUsage", "KeyService", "KeyTLS", "NIOCore", "NIOPosix", "NIOSSL",
            "NIOTLS", "Logging"),
        "KeyClient": .only("KeyModel", "KeyWire", "KeyTLS", "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS"),
        "KeyTesting": .everything,
        "latchkey": .everything,
    ]
}
