// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel
internal import KeyService
internal import KeyStore
internal import KeyUsage
internal import KeyWire
internal import NIOCore

/// The service's Validate and the index that it reads. The index is that of a store which is asked nothing else; the
/// simulation publishes to it what it has committed.
final class RealDoor {
    private let opened: OpenStore
    private let service: KeyService
    private let lane: ValidateLane

    init(_ state: StoreState, _ digester: SecretDigester, _ clock: ManualClock) throws {
        opened = try OpenStore(path: "/door", storage: SimulatedStorage(), clock: clock, segmentBytes: 8 * 1024) { _ in
        }
        service = KeyService(
            store: opened.store, snapshots: opened.snapshots, digester: digester,
            usage: try UsageLog(epoch: 1, laneCount: 1), version: "test")
        lane = service.makeLane(0)
        for key in state.keys(0..<state.keyCount) { index.publish(key) }
        index.advance(to: state.lastSequence)
    }

    deinit {
        opened.stop()
    }

    var index: KeyIndex { opened.store.index }

    func validate(_ question: ValidateQuestion, at now: Timestamp, into output: inout ByteBuffer) {
        lane.enter()
        defer { lane.leave() }
        let nobody = UnsafeRawBufferPointer(start: nil, count: 0)
        let (answer, key) = service.validate(question, at: now, caller: nobody, on: lane)
        ValidateReplyWriter.write(id: 7, question, answer, key: key, into: &output)
    }
}
