// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// A question that owns its memory, for as long as it lives.
final class Asked {
    private var memory: [UnsafeMutableRawBufferPointer] = []
    private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let question: ValidateQuestion

    init(
        ip: String = "", resource: String = "", action: Action? = nil, method: String = "", fields: [String] = [],
        explain: Bool = false
    ) {
        func keep(_ text: String) -> UnsafeMutableRawBufferPointer {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count + 1, alignment: 1)
            bytes.copyBytes(from: Array(text.utf8) + [0])
            return bytes
        }
        var memory: [UnsafeMutableRawBufferPointer] = []
        func text(_ text: String) -> UnsafeRawBufferPointer {
            memory.append(keep(text))
            return UnsafeRawBufferPointer(rebasing: memory[memory.count - 1].dropLast())
        }
        pointers = .allocate(capacity: max(1, fields.count))
        for (index, field) in fields.enumerated() {
            memory.append(keep(field))
            (pointers + index).initialize(
                to: memory[memory.count - 1].baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let address = text(ip)
        question = ValidateQuestion(
            secret: none, clientIP: address, resource: text(resource), action: action?.rawValue ?? 0,
            httpMethod: text(method), path: none, clientAddress: IPAddress.parse(address),
            fields: AskedFields(pointers, count: fields.count), explain: explain)
        self.memory = memory
    }

    /// Calls `body` with the question, which is good until it returns.
    func with<R>(_ body: (ValidateQuestion) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(question) }
    }

    deinit {
        for bytes in memory { bytes.deallocate() }
        pointers.deallocate()
    }
}

func evaluate(
    _ presented: Presented, _ rules: KeyRules?, isUnrestricted: Bool, _ asked: Asked, rateTime: Int64, at now: Timestamp
) -> Evaluation {
    asked.with {
        evaluate(presented, rules, isUnrestricted: isUnrestricted, $0, rateTime: rateTime, at: now)
    }
}
