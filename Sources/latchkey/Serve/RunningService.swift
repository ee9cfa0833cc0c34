// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal
internal import KeyModel
internal import KeyServer
internal import KeyService
internal import KeyStore
internal import KeyUsage
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// The service put together: the store, what answers, and the doors.
struct RunningService {
    private let command: ServeCommand
    private let logger: Logger

    private let descriptors: Int
    private let passed: [PassedDescriptors.Descriptor]
    private let notifier: ServiceNotifier

    /// - Parameters:
    ///   - descriptors: how many files and sockets may be open at once.
    ///   - passed: the sockets that whoever started the program listens on for it.
    init(
        _ command: ServeCommand, _ logger: Logger, descriptors: Int, passed: [PassedDescriptors.Descriptor],
        notifier: ServiceNotifier
    ) {
        self.descriptors = descriptors
        self.passed = passed
        self.notifier = notifier
        self.command = command
        self.logger = logger
    }

    /// Returns when the service has been told to stop, and has.
    func run() async throws {
        // Before a store is made: what is refused leaves nothing behind.
        let tls = try command.door(besidePassed: passed.count)
        let loading = LoadingReport(logger, notifier)
        let opened = try OpenStore(
            path: command.data, keyPath: command.storeKey, durability: command.durability.durability,
            history: command.history.span, progress: loading.show, onFailure: { error in Self.die(error) })
        loading.end(opened, command)
        do {
            try await makeFirstAdministrator(opened.store)
        } catch {
            opened.stop()
            throw error
        }
        let eventLoops = command.eventLoops ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let usage = try usageLog(opened.store.clock, lanes: eventLoops)
        let service = KeyService(
            store: opened.store, snapshots: opened.snapshots, digester: opened.digester, usage: usage,
            version: Version.text, failures: command.limits.failures)
        let server = FrameServer(
            service: service, eventLoops: eventLoops, callers: command.callers, limits: limits, tls: tls,
            exposure: command.tls.exposure)
        let door = Door(
            server: server, addresses: command.addresses(besidePassed: passed.count), passed: passed,
            status: ServiceStatus(store: opened.store, notifier: notifier), isOpen: command.withoutCallers,
            logger: logger)
        let schedule = SnapshotSchedule(opened, usage, every: command.snapshotInterval.span, logger)
        var services: [any Service] = [
            UsageKeeper(log: usage), schedule, ClockKeeper(clock: opened.store.clock, logger: logger),
            RefusalReport(refusals: server.refusals, logger: logger),
        ]
        if let tls {
            CertificateKeeper.warn(of: tls.loaded, logger)
            services.append(CertificateKeeper(server: server, logger: logger))
        }
        services.append(door)
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            opened.stop()
            throw error
        }
        await notifier.whileNeedingTime("Stopping: writing the last snapshot") { await schedule.finish() }
        opened.stop()
        logger.info("stopped", metadata: ["revision": "\(opened.store.revision)"])
    }

    /// A store that has none gets an administrator, whose token is in a file and nowhere else.
    private func makeFirstAdministrator(_ store: KeyStore) async throws {
        if await store.hasAdministrator { return }
        let file = AdministratorFile(besideData: command.data)
        let id = try await file.makeAdministrator(in: store, name: "first administrator", by: "start")
        logger.notice(
            "made an administrator; his token is in the file", metadata: ["key": "\(id)", "file": "\(file.path)"])
    }

    private func usageLog(_ clock: StoreClock, lanes: Int) throws -> UsageLog {
        let disk = UsageDisk(
            storage: PosixStorage(), path: command.data,
            retention: UsageRetention(bytes: command.usageBytes.bytes, span: command.usageAge.span),
            now: { clock.now() }, tell: { [logger] in Self.tell($0, logger) })
        return try UsageLog(
            epoch: UInt64(bitPattern: clock.now().nanoseconds), laneCount: lanes, isOff: command.noUsageLog, disk: disk,
            now: { clock.now() })
    }

    private static func tell(_ error: StorageError?, _ logger: Logger) {
        guard let error else {
            return logger.notice("usage events are written again; the usage log has a gap where some are missing")
        }
        logger.warning(
            "usage events cannot be written; they are counted, and the usage log will have a gap",
            metadata: ["error": "\(error)"])
    }

    private var limits: ConnectionLimits {
        let wanted = command.limits.limits
        var limits = wanted.fitting(descriptors: descriptors)
        if limits.connections < wanted.connections {
            logger.notice(
                "the limit of open files allows fewer connections; raise it (ulimit -n)",
                metadata: ["connections": "\(limits.connections)", "open_files": "\(descriptors)"])
        }
        guard let memory = MemoryLimit.bytes() else { return limits }
        let allowed = limits.connections
        limits = limits.fitting(memory: memory, isEncrypted: command.tls.tlsCertificate != nil)
        if limits.connections < allowed {
            logger.notice(
                "the limit of memory allows fewer connections; raise it (MemoryMax= of the unit, the container's limit)",
                metadata: ["connections": "\(limits.connections)", "memory_bytes": "\(memory)"])
        }
        return limits
    }

    /// Storage rule 3: no acknowledgement after a write or sync that failed, and no second try.
    static func die(_ error: JournalError) -> Never {
        let line = "latchkey: \(error). Nothing more is acknowledged; mend the disk and start again\n"
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(ExitStatus.internal.rawValue)
    }
}

/// Listens until the service stops, then lets what is in flight finish.
private struct Door: Service {
    let server: FrameServer
    let addresses: [FrameServer.Address]
    let passed: [PassedDescriptors.Descriptor]
    let status: ServiceStatus
    let isOpen: Bool
    let logger: Logger

    func run() async throws {
        do {
            for address in addresses { tell(try await server.listen(address)) }
            for socket in passed { tell(try await server.listen(on: socket.number), name: socket.name) }
            await cancelWhenGracefulShutdown { await status.keepTold() }
        } catch {
            await server.stop()
            throw error
        }
        logger.info("stopping")
        status.notifier.isStopping("Stopping: finishing the calls in flight")
        await server.stop()
    }

    private func tell(_ bound: FrameServer.Address, name: String = "") {
        var metadata: Logger.Metadata = ["address": "\(bound)"]
        if case .tcp = bound { metadata["tls"] = server.tls == nil ? "no" : "yes" }
        if !name.isEmpty { metadata["passed_as"] = "\(name)" }
        logger.info("listening", metadata: metadata)
        if case .tcp(let host, _) = bound, server.tls == nil, Exposure.isLoopback(host) == false {
            logger.warning(
                "tokens and secrets can be read on the way to this address (--accept-plaintext)",
                metadata: ["address": "\(bound)"])
        }
        if case .tcp = bound, isOpen {
            logger.warning(
                "callers need no token here: every user of this machine can reach this address and manage every key",
                metadata: ["address": "\(bound)"])
        }
    }
}

/// Takes usage events in until the service stops.
private struct UsageKeeper: Service {
    let log: UsageLog

    func run() async {
        await withGracefulShutdownHandler {
            await log.run()
        } onGracefulShutdown: {
            log.stop()
        }
    }
}

/// Holds the store's time to the wall clock.
private struct ClockKeeper: Service {
    let clock: StoreClock
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // The comparison is what is periodic here; nothing waits for it.
                try? await Task.sleep(for: .milliseconds(Limits.clockCheckMilliseconds))
                if let jump = clock.compare() {
                    logger.warning(
                        "the wall clock jumped; the store's time follows it slowly",
                        metadata: ["seconds": "\(jump.nanoseconds / 1_000_000_000)"])
                }
            }
        }
    }
}
