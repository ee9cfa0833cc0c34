// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import KeyModel

/// How the program ends when it does not succeed: a message on standard error, what to do about it, and a status.
enum Failure {
    private static let heading = "latchkey: "

    static func end(with error: any Error, address: AddressOrigin) -> Never {
        switch error {
        case let refusal as Refusal: end(refusal, address)
        case let failure as CommandFailure:
            end(failure.message, hint: failure.hint, status: failure.status)
        case let code as ExitCode: exit(code.rawValue)
        default: end(parsing: error)
        }
    }

    private static func end(_ refusal: Refusal, _ address: AddressOrigin) -> Never {
        var message = refusal.message.isEmpty ? refusal.code.name : refusal.message
        if let wait = refusal.retryAfter { message += "; try again in \(HumanDuration.words(for: wait))" }
        let reason = refusal.reason.rawValue.isEmpty ? refusal.code.name : refusal.reason.rawValue
        end(
            "\(message) (\(reason))", hint: Hint.text(for: refusal, address: address) ?? "", status: ExitStatus(refusal)
        )
    }

    private static func end(_ message: String, hint: String, status: ExitStatus) -> Never {
        StandardError.tell(message, heading: heading)
        if !hint.isEmpty { StandardError.tell(hint, heading: "hint: ") }
        exit(status.rawValue)
    }

    /// A line of the parser's, below its own heading if it has one.
    private static func tell(_ line: Substring, heading: String) {
        let own = ["Help:  ", "Usage: "].first { line.hasPrefix($0) } ?? String(line.prefix { $0 == " " })
        StandardError.tell(String(line.dropFirst(own.count)), heading: heading + own)
    }

    /// What the argument parser throws: help that was asked for, or a complaint about the arguments.
    private static func end(parsing error: any Error) -> Never {
        let message = Latchkey.fullMessage(for: error, columns: nil)
        guard Latchkey.exitCode(for: error).isSuccess else {
            let complaint = message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
            let lines = complaint.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() { tell(line, heading: index == 0 ? heading : "") }
            exit(ExitStatus.usage.rawValue)
        }
        do {
            try StandardOutput.write(message + "\n")
        } catch {
            end(with: error, address: .usual)
        }
        exit(ExitStatus.done.rawValue)
    }
}
