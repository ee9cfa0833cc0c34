// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CHeap
internal import Foundation
internal import KeyJournal
internal import KeyModel
internal import KeyService
internal import KeyStore
internal import KeyUsage
internal import KeyWire
internal import NIOCore
internal import Synchronization

/// Measures the service without a server: frames as bytes in, replies as bytes out, as a connection does it.
///
/// The store is a real one in a directory that is thrown away, with the usage log on.
struct BenchInProcess {
    let options: BenchOptions

    func run() async throws -> InProcessResult {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("latchkey-bench-\(getpid())")
        defer {
            try? FileManager.default.removeItem(at: directory)
            try? FileManager.default.removeItem(atPath: directory.path + ".key")
        }
        let opened = try OpenStore(path: directory.path, durability: .interval(milliseconds: 1_000)) { error in
            StandardError.write("latchkey: \(error)\n")
        }
        defer { opened.stop() }
        let usage = try UsageLog(epoch: 1, laneCount: options.threads)
        let log = Task { await usage.run() }
        let service = KeyService(
            store: opened.store, snapshots: opened.snapshots, digester: opened.digester, usage: usage,
            version: Version.text)
        // The second, if there is one, is of keys with rules.
        var frames: [BenchFrames] = []
        for rules in options.rules == .none ? [.none] : [.none, options.rules] {
            let tokens = try await makeKeys(service, opened.store, rules)
            frames.append(try BenchFrames(tokens: tokens, fields: options.rules.fields))
        }
        let workers = (0..<options.threads).map { Worker(service, lane: $0, frames, options) }
        let threads = try workers.map { worker in try DedicatedThread { worker.run() } }
        for thread in threads { thread.join() }
        usage.stop()
        await log.value
        return InProcessResult(options: options, keys: options.keys, tallies: workers.map(\.tallies))
    }

    private func makeKeys(
        _ service: KeyService, _ store: KeyStore, _ rules: BenchRules
    ) async throws -> BenchTokens {
        let context = CallContext(caller: "bench", peer: "", deadline: nil, authority: .administrator)
        let account = "bench"
        _ = try await service.perform(
            .updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: 0)), context)
        let progress = Progress(doing: "making keys", total: options.keys)
        defer { progress.end() }
        var tokens = BenchTokens()
        for number in 0..<options.keys {
            let request = CreateKeyRequest(
                accountID: account, userID: "bench", name: "bench \(number)", unrestricted: true,
                expiry: .lifetime(.days(1)))
            if case .createKey(let made) = try await service.perform(.createKey(request), context) {
                tokens.append(made.secret)
                if rules != .none, let record = store.index.find(made.key.id) {
                    // Past the store: what the journal would make of them is not what is measured.
                    var key = record.key
                    (key.rules, key.unrestricted) = (rules.make(), false)
                    store.index.publish(PublishedKey(key: key, counters: record.counters))
                }
            }
            progress.step()
        }
        return tokens
    }
}

/// What one thread has counted.
struct InProcessTally: Sendable {
    var validates = 0
    var valid = 0
    var nanoseconds: Int64 = 0
    var allocations: UInt64 = 0
}

/// One thread: takes batches of frames through a connection's machine, as the event loop does.
private final class Worker: Sendable {
    private let service: KeyService
    private let lane: Int
    private let frames: [BenchFrames]
    private let options: BenchOptions
    private let result = Mutex([InProcessTally]())

    /// One for each kind of keys.
    var tallies: [InProcessTally] { result.withLock { $0 } }

    init(_ service: KeyService, lane: Int, _ frames: [BenchFrames], _ options: BenchOptions) {
        self.service = service
        self.lane = lane
        self.frames = frames
        self.options = options
    }

    func run() {
        var connection = Connection(service, lane: service.makeLane(lane))
        _ = connection.measure(frames, depth: options.callsInFlight, for: options.warmup.span)
        let tallies = connection.measure(frames, depth: options.callsInFlight, for: options.seconds.span)
        result.withLock { $0 = tallies }
    }

    private struct Connection: ~Copyable {
        private let service: KeyService
        private let lane: ValidateLane
        private let decoder = FrameDecoder()
        private var machine = ConnectionMachine()
        private var inputs = [ByteBuffer](repeating: ByteBuffer(), count: 64)
        private var output = ByteBuffer()
        private var random = SystemSeededGenerator()

        init(_ service: KeyService, lane: ValidateLane) {
            self.service = service
            self.lane = lane
        }

        /// Each kind of keys in turn, so that whatever else the machine does hits all of them.
        mutating func measure(_ frames: [BenchFrames], depth: Int, for span: TimeSpan) -> [InProcessTally] {
            var tallies = [InProcessTally](repeating: InProcessTally(), count: frames.count)
            while tallies.reduce(0, { $0 + $1.nanoseconds }) < span.nanoseconds {
                for kind in frames.indices { measure(frames[kind], depth: depth, &tallies[kind]) }
            }
            return tallies
        }

        private mutating func measure(_ frames: BenchFrames, depth: Int, _ tally: inout InProcessTally) {
            // As the socket does it: the bytes have just been copied in. That is not measured.
            for index in inputs.indices {
                inputs[index].clear()
                for slot in 0..<depth {
                    frames.write(.random(in: 0..<frames.count, using: &random), slot: slot, to: &inputs[index])
                }
            }
            let allocations = allocation_count()
            let begun = service.timeSinceBoot().nanoseconds
            for index in inputs.indices { answer(index, &tally) }
            tally.nanoseconds += service.timeSinceBoot().nanoseconds - begun
            tally.allocations += allocation_count() - allocations
        }

        private mutating func answer(_ index: Int, _ tally: inout InProcessTally) {
            let now = service.now()
            lane.enter()
            inputs[index].withUnsafeReadableBytes { bytes in
                var offset = 0
                while case .validate(let id, _, let question) = machine.next(in: bytes, from: &offset, decoder) {
                    let (answer, key) = service.validate(
                        question, at: now, caller: UnsafeRawBufferPointer(start: nil, count: 0), on: lane)
                    ValidateReplyWriter.write(id: id, question, answer, key: key, into: &output)
                    tally.validates += 1
                    if answer.verdict == .valid { tally.valid += 1 }
                }
            }
            lane.leave()
            lane.usage.signal()
            output.clear()
        }
    }
}
