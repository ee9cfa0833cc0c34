// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import KeyWire

/// What outlives a simulated store's lives: the reference model after each command, what was acknowledged, the clock.
struct SimulatedWorld {
    private var random: SplitMix64
    private let clock = ManualClock()
    private var serial: UInt64 = 0
    /// The model after each sequence, from 0.
    private var models = [ReferenceModel()]
    /// Up to here it was acknowledged; and up to here `HEAD` or a snapshot says so, whatever becomes of the journal.
    private var acknowledged: UInt64 = 0
    private var known: UInt64 = 0
    private var uses: [KeyID: UInt64] = [:]
    /// What a finished snapshot has of them, at least.
    private var usesOnDisk: [KeyID: UInt64] = [:]
    /// Whether history is kept for a day only.
    private let forgets: Bool
    /// What was asked with an id, and may be asked again.
    private var asked: [SimulatedAsk] = []
    /// The latest time that the store ever had.
    private var latest = Timestamp(nanoseconds: 0)
    /// What a retry was told that it should not have been.
    private var retryFault: String?
    private(set) var recordCount = 0
    private(set) var retryCount = 0
    private(set) var snapshotCount = 0

    static let path = "/data"
    private static let segmentBytes = 4_096

    init(seed: UInt64) {
        random = SplitMix64(seed: seed ^ 0xA5A5_A5A5)
        forgets = seed % 4 == 0
    }

    private var tried: UInt64 { UInt64(models.count - 1) }

    /// One life. Gives what was wrong with what it found; what its own faults do to it is not.
    mutating func live(on disk: SimulatedStorage, steps: Int, excuse: Excuse, stopsCleanly: Bool) -> String? {
        do throws(JournalError) {
            let directory = try DataDirectory.open(Self.path, storage: disk, now: clock.wallTime())
            let recovered = try directory.recover(
                into: StoreState(), now: clock.wallTime(), segmentBytes: Self.segmentBytes)
            if let complaint = examine(recovered) ?? gap(in: disk) ?? withoutNewest(on: disk, recovered) {
                return complaint
            }
            var life = SimulatedLife(directory, recovered, clock, history: forgets ? .days(1) : .days(400))
            try work(&life, steps: steps)
            if stopsCleanly { try stop(&life) }
            return retryFault
        } catch {
            return isExcused(error, excuse) ? retryFault : "\(error)"
        }
    }

    /// Whether a start on the disk finds that it was damaged.
    func isRefused(_ disk: SimulatedStorage) -> Bool {
        do throws(JournalError) {
            let directory = try DataDirectory.open(Self.path, storage: disk.restarted(), now: clock.wallTime())
            _ = try directory.recover(into: StoreState(), now: clock.wallTime(), segmentBytes: Self.segmentBytes)
            return false
        } catch {
            if case .corrupt = error { return true }
            return false
        }
    }

    /// After damage that was taken for a torn end: what nothing knew to be durable may be gone, and nothing else.
    mutating func mayHaveLostUnknown() {
        acknowledged = min(acknowledged, known)
    }

    /// Damages the end of the last segment. Whether there was one.
    func damageTail(of disk: SimulatedStorage, _ random: inout SplitMix64) -> Bool {
        let folder = Self.path + "/journal"
        guard let name = try? disk.list(folder).last(where: { $0.hasSuffix(".lkj") }) else { return false }
        let number = random.next()
        disk.damage(folder + "/" + name) { bytes in
            let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
            guard used > 128 else { return }
            let offset = 128 + Int(number % UInt64(used - 128))
            if number & 1 << 40 == 0 {
                bytes.removeLast(bytes.count - offset)
            } else {
                bytes[offset] ^= 1 << UInt8(number >> 32 & 7)
            }
        }
        return true
    }

    // MARK: What a life finds

    /// Storage rule 8: no segment is missing between the first and the last, wherever they are.
    private func gap(in disk: SimulatedStorage) -> String? {
        let names = ["history", "journal"].flatMap { (try? disk.list("\(Self.path)/\($0)")) ?? [] }
        let numbers = Set(names.compactMap { $0.hasSuffix(".lkj") ? UInt64($0.dropLast(4), radix: 16) : nil })
        guard let first = numbers.min(), let last = numbers.max() else { return "there is no segment" }
        if !forgets, first != 1 { return "history begins with segment \(first)" }
        return numbers.count == Int(last - first) + 1 ? nil : "history has a gap: \(numbers.sorted())"
    }

    /// It must be what the model was after some command: none earlier than the last that was acknowledged.
    private mutating func examine(_ recovered: RecoveredStore<StoreState>) -> String? {
        var state = recovered.target
        state.resume(after: recovered.report.lastSequence, at: recovered.report.lastTime)
        let found = state.lastSequence
        if found < acknowledged { return "\(acknowledged) was acknowledged, \(found) is the last that is there" }
        if found > tried { return "\(found) is there, though only \(tried) were ever tried" }
        if let difference = models[Int(found)].difference(from: state) { return "at \(found) \(difference)" }
        if let difference = models[Int(found)].requestDifference(from: state, models, latest: latest) {
            return "at \(found) \(difference)"
        }
        let now = StoreClock(clock, notBefore: recovered.report.lastTime).now()
        if now < models[Int(found)].time { return "the store's time went back to \(now)" }
        for place in 0..<state.keyCount {
            guard let key = state.keys(place..<(place + 1)).first else { continue }
            let most = uses[key.key.id, default: 0]
            let least = usesOnDisk[key.key.id, default: 0]
            if !(least...max(least, most)).contains(key.counters.count) {
                return "key \(key.key.id) was used \(key.counters.count) times, not \(least) to \(most)"
            }
            uses[key.key.id] = key.counters.count
        }
        models.removeLast(models.count - 1 - Int(found))
        (acknowledged, known) = (found, found)
        return nil
    }

    /// What may go wrong in a life.
    enum Excuse {
        case nothing
        /// There may be no space to start. Once started, it goes on: a full disk is foreseen.
        case fullDisk
        case anyError
    }

    /// Storage rule 7: with the newest of two snapshots damaged, the older one and the journal give the same.
    private mutating func withoutNewest(on disk: SimulatedStorage, _ found: RecoveredStore<StoreState>) -> String? {
        let folder = Self.path + "/snapshots"
        let names = ((try? disk.list(folder)) ?? []).filter { $0.hasSuffix(".lks") }
        guard names.count > 1, found.report.damagedSnapshots.isEmpty, let newest = names.last else { return nil }
        let copy = disk.restarted()
        let offset = Int(random.next() % 200)
        copy.damage(folder + "/" + newest) { $0[min(offset, $0.count - 1)] ^= 0x20 }
        copy.capacity = nil
        do throws(JournalError) {
            let directory = try DataDirectory.open(Self.path, storage: copy, now: clock.wallTime())
            let again = try directory.recover(
                into: StoreState(), now: clock.wallTime(), segmentBytes: Self.segmentBytes)
            var state = again.target
            state.resume(after: again.report.lastSequence, at: again.report.lastTime)
            let isSame = state.lastSequence == found.report.lastSequence
            let model = models[Int(found.report.lastSequence)]
            let difference =
                model.difference(from: state) ?? model.requestDifference(from: state, models, latest: latest)
            return isSame ? difference.map { "without the newest snapshot \($0)" } : "the older snapshot gives less"
        } catch {
            return "without the newest snapshot: \(error)"
        }
    }

    private func isExcused(_ error: JournalError, _ excuse: Excuse) -> Bool {
        switch error {
        case .storage(let error): excuse == .anyError || (excuse == .fullDisk && error.isOutOfSpace)
        case .writeFailed: excuse == .anyError
        case .refused(let refusal): excuse != .nothing && refusal.reason == .diskFull
        case .corrupt, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto: false
        }
    }

    // MARK: What a life does

    private mutating func work(_ life: inout SimulatedLife, steps: Int) throws(JournalError) {
        for _ in 0..<steps {
            switch random.next() % 16 {
            case 0...7:
                for _ in 0...(random.next() % 3) { try change(&life) }
                let next = random.next() % 8
                if next == 0 { try life.writer.commit(syncing: false) } else if next > 1 { try commit(&life) }
            case 8:
                try commit(&life)
                try life.writer.mark()
                known = acknowledged
            case 9: clock.advance(by: .seconds(Int64(random.next() % 7_200)))
            case 10: clock.setWall(clock.wallTime().advanced(by: .seconds(Int64(random.next() % 20_000) - 10_000)))
            case 11: use(&life)
            case 12...14: try snapshot(&life)
            default:
                try life.writer.tryRestoreReserve()
                if life.writer.batchBytes == 0 { try life.writer.noteHead() }
            }
        }
    }

    private mutating func stop(_ life: inout SimulatedLife) throws(JournalError) {
        try commit(&life)
        try life.writer.mark()
        known = acknowledged
    }

    private mutating func change(_ life: inout SimulatedLife) throws(JournalError) {
        serial += 1
        if random.next() % 4 == 0, let ask = asked.randomElement(using: &random) {
            let again = SimulatedAsk(command: ask.command.redrawn(serial: serial), requestID: ask.requestID)
            return try perform(again, &life)
        }
        let keys = models[Int(tried)].keys.keys.sorted { $0.comes(before: $1) }
        let command = SimulatedCommand.random(&random, keys, serial: serial)
        let hasID = random.next() % 2 == 0
        let ask = SimulatedAsk(command: command, requestID: hasID ? Array("request \(1_000_000 + serial)".utf8) : [])
        if hasID { asked.append(ask) }
        try perform(ask, &life)
    }

    private mutating func perform(_ ask: SimulatedAsk, _ life: inout SimulatedLife) throws(JournalError) {
        let before = life.state.lastSequence
        let now = max(life.clock.now(), life.state.lastTime)
        latest = max(latest, now)
        let identified = ask.identified(in: life.state)
        if let identified, isDone(ask, identified, &life, at: now) { return }
        guard life.admits(ask.command) else { return }
        guard let changed = try? ask.command.perform(on: &life.state, at: now), life.state.lastSequence > before
        else { return }
        var model = models[Int(tried)]
        ask.command.apply(to: &model, sequence: life.state.lastSequence, at: life.state.lastTime)
        let answer = changed.answer(of: life.state)
        if identified != nil {
            model.requests[ask.requestID] = .init(
                sequence: answer.revision, endTime: answer.time.advanced(by: Limits.requestSpan))
        }
        models.append(model)
        recordCount += 1
        try life.append(changed, of: identified.map { KeptRequest($0, answer) })
    }

    /// B7: whether the store says that it has done this before. It must know just what the model knows.
    private mutating func isDone(
        _ ask: SimulatedAsk, _ identified: IdentifiedRequest, _ life: inout SimulatedLife, at now: Timestamp
    ) -> Bool {
        let done = models[Int(tried)].requests[ask.requestID]
        let kept = try? life.state.recall(identified, givesSecret: false, at: now)
        if let kept {
            retryCount += 1
            if kept.answer.revision != done?.sequence || done.map({ $0.endTime <= now }) ?? true {
                retryFault = "a retry was told of \(kept.answer.revision), not \(String(describing: done))"
            }
        } else if let done, done.endTime > latest {
            retryFault = "the request of \(done.sequence) would have been carried out twice"
        }
        return kept != nil
    }

    /// From here on it is acknowledged.
    private mutating func commit(_ life: inout SimulatedLife) throws(JournalError) {
        try life.writer.commit()
        acknowledged = tried
    }

    /// When the snapshot that is being written was begun.
    private var usesAtPlan: [KeyID: UInt64] = [:]

    private mutating func use(_ life: inout SimulatedLife) {
        guard life.state.keyCount > 0 else { return }
        let place = Int(random.next() % UInt64(life.state.keyCount))
        guard let key = life.state.keys(place..<(place + 1)).first else { return }
        key.counters.countUse(at: life.clock.now())
        uses[key.key.id, default: 0] += 1
    }

    /// A step of the snapshot that is being written, or the first of a new one. Its failures cost nothing but it.
    private mutating func snapshot(_ life: inout SimulatedLife) throws(JournalError) {
        do throws(JournalError) {
            if !life.isWritingSnapshot { usesAtPlan = uses }
            let isFinished = try life.stepSnapshot(slices: Int(random.next() % 8) + 2)
            guard isFinished else { return }
            snapshotCount += 1
            usesOnDisk = usesAtPlan
            known = max(known, life.durableSequence)
        } catch {
            switch error {
            case .notDurable: return
            case .storage: life.abandonSnapshot()
            default: throw error
            }
        }
    }
}
