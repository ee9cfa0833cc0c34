// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Draws what is asked of the two stores, from a seed: mostly what may well be asked of the store as it is, now and then
/// what no rule lets through.
struct ModelDraw {
    var random: SplitMix64
    /// Every token that was ever told, lost ones included.
    var tokens: [String] = []
    /// Drawn again and again for a while, so that a key comes to something.
    private var favourite: KeyID?

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    // MARK: Numbers

    mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }

    /// True once in so many.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// So many different ones at most.
    mutating func some<Element: Equatable>(_ elements: [Element], atMost count: Int) -> [Element] {
        var some: [Element] = []
        for _ in 0..<below(count + 1) {
            let element = pick(elements)
            if !some.contains(element) { some.append(element) }
        }
        return some
    }

    mutating func base62(_ count: Int) -> String {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return String((0..<count).map { _ in pick(digits) })
    }

    /// From a nanosecond to months, each magnitude as often.
    mutating func span() -> TimeSpan {
        let unit = pick([1, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, 86_400_000_000_000])
        return TimeSpan(nanoseconds: Int64(unit) * Int64(below(60) + 1))
    }

    /// How long nothing is asked: seldom days, after which much has expired.
    mutating func pause() -> TimeSpan {
        let span = span()
        return span < .hours(3) || once(in: 6) ? span : TimeSpan(nanoseconds: span.nanoseconds / 1_000)
    }

    // MARK: Keys

    /// One that is active, rather.
    mutating func key(_ model: ModelStore, _ now: Timestamp) -> ModelKey? {
        if !once(in: 8), let known = model.keys.first(where: { $0.id == favourite }),
            known.status(at: now) == .active || once(in: 4)
        {
            return known
        }
        let choice = below(6)
        let left = model.keys.filter { choice == 0 || $0.revokeTime == nil }
        let active = left.filter { choice < 3 || $0.status(at: now) == .active }
        let key = (active.isEmpty ? left : active).randomElement(using: &random)
        favourite = key?.id
        return key
    }

    // MARK: Texts

    mutating func account() -> String {
        if once(in: 40) { return pick(["", "Acme", "-a", "a b", String(repeating: "a", count: 64)]) }
        if once(in: 40) { return pick(["nobody", String(repeating: "a", count: 63)]) }
        return pick(["acme", "acme", "acme", "b.c-d_e", "b.c-d_e", "0"])
    }

    mutating func name() -> String {
        if once(in: 30) { return pick(["", "a\u{7}", "\u{9F}", String(repeating: "n", count: 101)]) }
        return pick(["nightly export", "n1", "n2", "Schl\u{FC}ssel \u{1F511}", String(repeating: "\u{E9}", count: 100)])
    }

    mutating func description() -> String {
        if once(in: 30) { return pick(["a\u{7F}", String(repeating: "d", count: 201)]) }
        return pick(["", "", "d1", "d2", String(repeating: "d", count: 200)])
    }

    mutating func user() -> String {
        if once(in: 30) { return pick(["", "u\n", String(repeating: "u", count: 129)]) }
        return pick(["u-1", "u-2", String(repeating: "u", count: 128)])
    }

    mutating func version() -> String {
        if once(in: 20) { return pick(["2025-02-29", "2026-13-01", "2026-1-01", "x", "2100-02-29", "0000-01-01"]) }
        return pick(["2024-02-29", "2025-12-31", "2026-01-01", "2026-11-21", "2000-02-29"])
    }

    mutating func expiry(_ now: Timestamp) -> Expiry {
        let span = span()
        switch below(16) {
        case 0: return .at(Timestamp(nanoseconds: now.nanoseconds - Int64(below(2)) * span.nanoseconds))
        case 1: return pick([.lifetime(.zero), .at(Timestamp(nanoseconds: 0)), .lifetime(.days(36_501))])
        case 2: return .lifetime(pick([.milliseconds(1), .days(36_500)]))
        case 3, 4: return .at(Timestamp(nanoseconds: now.nanoseconds + span.nanoseconds))
        case 5, 6: return .lifetime(TimeSpan(nanoseconds: max(1_000_000, span.nanoseconds)))
        case 7...11: return .lifetime(pick([.hours(1), .days(1), .days(30), .days(90)]))
        default: return .never
        }
    }

    mutating func overlap() -> TimeSpan {
        if once(in: 30) {
            return pick([TimeSpan(nanoseconds: -1), TimeSpan(nanoseconds: 1 + 30 * 86_400_000_000_000)])
        }
        return pick([.zero, .seconds(1), .seconds(90), .hours(4), .days(2), .days(9), .days(30), .days(30)])
    }

    mutating func limit() -> RateLimit {
        if once(in: 15) {
            return pick([
                RateLimit(requests: 0, perSeconds: 1), RateLimit(requests: 1, perSeconds: 86_401),
                RateLimit(requests: 1, perSeconds: 86_400, burst: 1_000_000),
                RateLimit(requests: 1_000_001, perSeconds: 1),
            ])
        }
        return RateLimit(
            requests: UInt32(below(4) + 1), perSeconds: pick([1, 7, 60, 86_400]), burst: UInt32(below(4)))
    }

    // MARK: Addresses

    private static let addresses = [
        "203.0.113.7", "10.1.2.3", "8.8.8.8", "192.168.7.9", "127.0.0.1", "100.64.0.1", "1.2.3.4", "2606:4700::1111",
        "2001:db8::1", "fe80::1", "::1", "fd00::1:2", "2a00:1450:4001:801::200e", "::ffff:8.8.8.8",
    ]

    mutating func block() -> String {
        if once(in: 25) {
            return pick(["", "10.0.0.1/8", "1.2.3.4/33", "010.1.1.1", "fe80::1%eth0", "1.2.3", "::/129", "1.2.3.4/024"])
        }
        guard let address = ModelBlock.address(pick(Self.addresses)) else { return "8.8.8.8" }
        let isIPv4 = ModelBlock.isIPv4(address)
        let longest = isIPv4 ? 32 : 128
        let prefix = pick([longest, longest, longest - 1, 24, 16, 9, 8, 3, 0, below(longest + 1)])
        let block = ModelBlock(address, prefix: prefix + 128 - longest)
        guard isIPv4, once(in: 3) else { return block.text }
        // The same, written as IPv6.
        return "::ffff:\(ModelBlock.dots(block.bytes))/\(block.prefix)"
    }

    mutating func blocks() -> [String] {
        if once(in: 2) { return [] }
        return (0...below(4)).map { _ in block() }
    }

    /// Where a question comes from: inside or just outside of what the key allows, or anywhere.
    mutating func clientIP(_ key: ModelKey?) -> String {
        if once(in: 8) { return "" }
        if once(in: 60) { return pick(["1.2.3.4:80", "[::1]", "010.1.1.1", "fe80::1%eth0", "localhost"]) }
        var address = ModelBlock.address(pick(Self.addresses)) ?? []
        if let block = key?.blocks.randomElement(using: &random), !once(in: 5) {
            address = block.bytes
            for index in block.prefix..<128 where once(in: 2) { address[index / 8] ^= 1 << UInt8(7 - index % 8) }
            if block.prefix > 0, once(in: 3) {
                let last = block.prefix - 1
                address[last / 8] ^= 1 << UInt8(7 - last % 8)
            }
        }
        if !ModelBlock.isIPv4(address) { return ModelBlock.colons(address) }
        return pick([ModelBlock.dots(address), ModelBlock.colons(address), "::ffff:\(ModelBlock.dots(address))"])
    }

    // MARK: Privileges

    static let fields = ["x", "y", "z", "w"]

    mutating func resource() -> String {
        if once(in: 12) { return pick(["", "a/", "a//b", "/a", "a//", "*", "a/*"]) }
        return (0...below(3)).map { _ in pick(["a", "b", "ab"]) }.joined(separator: "/")
    }

    mutating func grant() -> Grant {
        if once(in: 30) {
            return pick([
                Grant(resource: "", actions: [.init([Action.read])]), Grant(resource: "a*", actions: .all),
                Grant(resource: "a", actions: []), Grant(resource: "a", actions: .all, fields: ["x", "x"]),
                Grant(resource: "*/a", actions: .all),
            ])
        }
        let pattern = once(in: 8) ? "*" : resource() + (once(in: 2) ? "/*" : "")
        return Grant(
            resource: pattern, actions: ActionSet(some(Action.allCases, atMost: 4) + [.read]),
            fields: once(in: 2) ? [] : some(Self.fields, atMost: 3))
    }

    mutating func grants() -> [Grant] { (0...below(4)).map { _ in grant() } }
}
