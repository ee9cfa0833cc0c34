// swift-tools-version: 6.2
// Latchkey: an API-key service. The folders under Sources are the architecture: each target may import
// only those above it in this list (docs and a test hold it to that).

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// For the modules that face C: every unsafe use is marked where it happens.
let strictMemory: [SwiftSetting] = strict + [.strictMemorySafety()]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

/// What programs of each storage format left (Tests/GoldenTests/make-golden.sh).
let goldenDirectories = ["v1"]

let package = Package(
    name: "latchkey",
    products: [
        .executable(name: "latchkey", targets: ["latchkey"]),
        .library(name: "KeyClient", targets: ["KeyClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .target(
            name: "CLatchkeyProto",
            exclude: ["regenerate.sh"],
            linkerSettings: [.linkedLibrary("protobuf-c")]
        ),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]
        ),
        .target(name: "CHeap"),
        .target(name: "CArguments"),
        .target(name: "CPrefetch"),
        .target(name: "CProcess"),
        .target(name: "KeyModel", swiftSettings: strict),
        .target(name: "KeyCrypto", dependencies: ["KeyModel", "COpenSSL"], swiftSettings: strictMemory),
        .target(
            name: "KeyWire", dependencies: ["KeyModel", "CLatchkeyProto", nioCore],
            swiftSettings: strictMemory
        ),
        .target(name: "KeyJournal", dependencies: ["KeyModel", "KeyCrypto"], swiftSettings: strict),
        .target(
            name: "KeyStore", dependencies: ["CPrefetch", "KeyModel", "KeyCrypto", "KeyWire", "KeyJournal"],
            swiftSettings: strict
        ),
        .target(name: "KeyUsage", dependencies: ["KeyModel", "KeyJournal", "KeyStore"], swiftSettings: strict),
        .target(
            name: "KeyService",
            dependencies: ["KeyModel", "KeyCrypto", "KeyJournal", "KeyStore", "KeyUsage"],
            swiftSettings: strict
        ),
        .target(
            name: "KeyTLS", dependencies: ["KeyModel", "KeyCrypto", nioCore, nioSSL], swiftSettings: strict
        ),
        .target(
            name: "KeyServer",
            dependencies: [
                "CHeap", "KeyModel", "KeyWire", "KeyUsage", "KeyService", "KeyTLS", nioCore, nioPosix, nioSSL, nioTLS,
                logging,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "KeyClient", dependencies: ["KeyModel", "KeyWire", "KeyTLS", nioCore, nioPosix, nioSSL, nioTLS],
            swiftSettings: strict
        ),
        .target(
            name: "KeyTesting",
            dependencies: [
                "KeyModel", "KeyCrypto", "KeyWire", "KeyJournal", "KeyStore", "KeyUsage", "KeyService", "KeyTLS",
                "KeyServer", "KeyClient", nioCore, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "latchkey",
            dependencies: [
                "CHeap", "CArguments", "CProcess", "KeyModel", "KeyCrypto", "KeyWire", "KeyJournal",
                "KeyStore", "KeyUsage", "KeyService", "KeyTLS", "KeyServer", "KeyClient", nioCore, nioPosix, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "KeyModelTests", dependencies: ["KeyModel"], swiftSettings: strict),
        .testTarget(name: "KeyCryptoTests", dependencies: ["KeyCrypto", "KeyModel"], swiftSettings: strict),
        .testTarget(
            name: "KeyWireTests", dependencies: ["KeyWire", "KeyModel", "KeyTesting", nioCore], swiftSettings: strict),
        .testTarget(
            name: "KeyJournalTests", dependencies: ["KeyJournal", "KeyModel", "KeyCrypto", "KeyTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KeyTestingTests", dependencies: ["KeyTesting", "KeyJournal", "KeyModel"], swiftSettings: strict),
        .testTarget(
            name: "KeyStoreTests",
            dependencies: ["KeyStore", "KeyModel", "KeyCrypto", "KeyJournal", "KeyTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KeyUsageTests", dependencies: ["KeyUsage", "KeyStore", "KeyJournal", "KeyModel", "KeyTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "KeyServiceTests",
            dependencies: [
                "CHeap", "KeyService", "KeyStore", "KeyUsage", "KeyModel", "KeyWire", "KeyCrypto",
                "KeyTesting", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KeyClientTests", dependencies: ["KeyClient", "KeyModel", nioCore], swiftSettings: strict),
        .testTarget(name: "KeyTLSTests", dependencies: ["KeyTLS", "KeyModel", "KeyTesting"], swiftSettings: strict),
        .testTarget(
            name: "KeyServerTests",
            dependencies: [
                "KeyServer", "KeyService", "KeyClient", "KeyCrypto", "KeyJournal", "KeyStore", "KeyTLS", "KeyWire",
                "KeyModel", "KeyTesting", nioCore, nioPosix, nioSSL,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GoldenTests",
            dependencies: ["KeyClient", "KeyJournal", "KeyModel", "KeyStore", "KeyTesting"],
            exclude: ["make-golden.sh"] + goldenDirectories, swiftSettings: strict
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "CLatchkeyProto", "KeyClient", "KeyJournal", "KeyModel", "KeyTesting", "KeyWire",
            ], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "latchkey", "KeyClient", "KeyTLS", "KeyWire", "KeyModel", "KeyTesting", nioCore,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        .testTarget(name: "RepositoryTests", swiftSettings: strict),
    ]
)
