// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel
internal import KeyWire
internal import Logging

/// The service's log on standard error: for people on a terminal, else one JSON object a line.
enum ServiceLog {
    static func logger(level: Logger.Level) -> Logger {
        let forPeople = isatty(STDERR_FILENO) == 1
        var logger = Logger(label: "latchkey") { _ in LineHandler(forPeople: forPeople) }
        logger.logLevel = level
        return logger
    }

    private struct LineHandler: LogHandler {
        let forPeople: Bool
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        init(forPeople: Bool) {
            self.forPeople = forPeople
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let time = RFC3339.text(.now)
            var line: String
            if forPeople {
                let fields = all.map { " \($0.key)=\($0.value)" }.joined()
                line = "\(time) \(event.level.rawValue.uppercased()) \(event.message)\(fields)"
            } else {
                let fields =
                    [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")]
                    + all.map { ($0.key, "\($0.value)") }
                line =
                    "{" + fields.map { "\(ProtoJSON.quoted($0.0)):\(ProtoJSON.quoted($0.1))" }.joined(separator: ",")
                    + "}"
            }
            line += "\n"
            // One write a line, so that lines of several threads do not mix.
            _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
