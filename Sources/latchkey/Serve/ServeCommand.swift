// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import KeyCrypto
internal import KeyJournal
internal import KeyModel
internal import KeyServer
internal import Logging

/// Starts the service and runs it until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service.",
        usage: """
            latchkey serve --data <dir> [--store-key <file>] [--config <file>]
                           [--listen <address> ...] [--unix <path> ...]
                           [--event-loops <count>] [--durability <mode>]
                           [--snapshot-interval <time>] [--history <time>]
                           [--usage-bytes <size>] [--usage-age <time>]
                           [--no-usage-log]
                           [--unix-admin <uid> ...] [--no-unix-admin]
                           [--without-callers]
                           [--tls-certificate <file> --tls-key <file>]
                           [--tls-minimum <version>] [--tls-client-ca <file>]
                           [--tls-callers <file>]
                           [--accept-plaintext] [--accept-without-callers]
                           [<limits>]
                           [--log-level <level>]
            """,
        discussion: """
            Keeps its keys in a directory, which it makes if need be, and the store key
            in a file beside it. Without --listen and --unix it listens on
            127.0.0.1:7411 and on the socket latchkey.sock in the directory. SIGTERM and
            SIGINT end it: it stops accepting, finishes what is in flight, syncs, and
            writes a snapshot.

            Every flag can also be a variable of the environment (LATCHKEY_DATA) or a
            line of the file that --config names (data: ./latchkey-data); a flag counts
            before a variable, and that before the file. `latchkey config show` tells
            what comes of it.

            Under systemd it is a service of Type=notify, and takes the sockets that a
            socket unit passes to it; then it opens none of its own unless told to.

            Examples:
              latchkey serve --data ./latchkey-data
              latchkey serve --data /var/lib/latchkey --unix /run/latchkey.sock
              latchkey serve --data /tmp/throw-away --durability interval:100
              latchkey serve --data /var/lib/latchkey --listen 0.0.0.0:7411 \\
                --tls-certificate server.pem --tls-key server.key
            """)

    /// Read before the arguments are: see `ServeSettings`.
    @Option(
        help: .init("A file of settings, YAML or JSON. Also $LATCHKEY_CONFIG.", valueName: "file"), completion: .file())
    var config: String?

    @Option(help: .init("The directory that holds the store.", valueName: "dir"), completion: .directory)
    var data: String

    @Option(
        help: .init("The file that holds the store key. Default: the directory's name with .key.", valueName: "file"),
        completion: .file())
    var storeKey: String?

    @Option(
        help: .init(
            "An IP address to listen on, as HOST:PORT; may be repeated. Beyond this machine it takes TLS. (default: 127.0.0.1:7411, and none with --unix)",
            valueName: "address")
    )
    var listen: [ListenAddress] = []

    @Option(
        help: .init(
            "A Unix socket to listen on, made with mode 0600; may be repeated. (default: latchkey.sock in --data, and none with --listen)",
            valueName: "path"),
        completion: .file())
    var unix: [String] = []

    @Option(help: .init("How many threads answer, 1 to 256. Default: one for each processor.", valueName: "count"))
    var eventLoops: Int?

    @Option(
        help: .init(
            "When a change is acknowledged: strict, or interval:MS for a store that may be thrown away.",
            valueName: "mode"))
    var durability = DurabilityArgument(.strict)

    @Option(
        help: .init(
            "How often a snapshot is written, from 1s; also whenever 64 MiB of journal were.", valueName: "time"))
    var snapshotInterval = HumanDuration(.seconds(Limits.snapshotSeconds))

    @Option(
        help: .init("How long the journal is kept as the audit trail once nothing else needs it.", valueName: "time"))
    var history = HumanDuration(Limits.historySpan)

    @Option(
        help: .init(
            "What the usage log may take on disk, from 1MiB; an eighth of it is for events without a key.",
            valueName: "size"))
    var usageBytes = ByteCount(Limits.usageBytes)

    @Option(help: .init("How long usage events are kept, from 1h.", valueName: "time"))
    var usageAge = HumanDuration(Limits.usageSpan)

    @Flag(help: "Note no usage events. What was kept before stays, until it is too old.")
    var noUsageLog = false

    @Option(
        help: .init(
            "A user of this machine who is an administrator on the Unix socket, beside the one that the service runs as; may be repeated.",
            valueName: "uid"))
    var unixAdmin: [UInt32] = []

    @Flag(help: "Nobody is an administrator on the Unix socket without a token, whatever --unix-admin says.")
    var noUnixAdmin = false

    @Flag(help: "Whoever reaches the service may do everything, without a token.")
    var withoutCallers = false

    @OptionGroup(title: "TLS") var tls: ServeTLSOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @Option(help: .init("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel = LogLevelArgument(.info)

    func validate() throws {
        if let eventLoops, !(1...256).contains(eventLoops) {
            throw ValidationError("--event-loops must be 1 to 256")
        }
        if usageBytes.bytes < Limits.usageLeastBytes { throw ValidationError("--usage-bytes must be at least 1MiB") }
        if usageAge.span < Limits.usageLeastSpan { throw ValidationError("--usage-age must be at least 1h") }
        if snapshotInterval.span < .seconds(1) { throw ValidationError("--snapshot-interval must be at least 1s") }
    }

    func run() async throws {
        // Before any file or socket is made: nothing of a store is for others.
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        let descriptors = FileDescriptors.raiseLimit()
        let logger = ServiceLog.logger(level: logLevel.level)
        if SecureHeap.state != .locked {
            logger.warning(
                "keys cannot be locked in memory and may be swapped; raise the limit (ulimit -l)",
                metadata: ["bytes": "\(Limits.secureHeapBytes)"])
        }
        do {
            let service = RunningService(
                self, logger, descriptors: descriptors, passed: try PassedDescriptors.take(),
                notifier: ServiceNotifier(socket: Environment.value("NOTIFY_SOCKET")))
            try await service.run()
        } catch let error as JournalError {
            throw CommandFailure("\(error)", status: error.isTemporary ? .tryAgain : .internal)
        } catch let error as FrameServer.StartError {
            // A service manager starts it again after anything else.
            throw CommandFailure(error.description, status: error.isForGood ? .usage : .unavailable)
        }
    }

    /// Who needs a token.
    var callers: CallerPolicy {
        CallerPolicy(isRequired: !withoutCallers, administrators: noUnixAdmin ? [] : Set(unixAdmin + [geteuid()]))
    }

    /// Where to listen, beside so many sockets that were passed; with the defaults when that is nowhere.
    func addresses(besidePassed passed: Int) -> [FrameServer.Address] {
        let chosen = listen.map(\.address) + unix.map { .unix(path: $0) }
        guard chosen.isEmpty, passed == 0 else { return chosen }
        return [.tcp(host: "127.0.0.1", port: 7411), .unix(path: "\(data)/latchkey.sock")]
    }

    /// What TCP speaks there, from its files; `nil` = it is in the clear. Refuses addresses that need more than that.
    func door(besidePassed passed: Int) throws -> TLSDoor? {
        let door = try tls.door()
        for case .tcp(let host, _) in addresses(besidePassed: passed) {
            try tls.exposure.check(host, isEncrypted: door != nil, asksCallers: callers.isRequired)
        }
        return door
    }
}

extension JournalError {
    /// Another process holds the store, or the disk has no room to start: it may go well another time.
    fileprivate var isTemporary: Bool {
        if case .refused(let refusal) = self { return refusal.reason == .locked || refusal.reason == .diskFull }
        return false
    }
}
