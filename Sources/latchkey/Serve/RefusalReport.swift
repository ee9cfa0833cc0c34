// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyServer
internal import Logging
internal import ServiceLifecycle

/// Tells the log how often anything was refused because of a limit: seldom, however often that is.
struct RefusalReport: Service {
    let refusals: RefusalCounts
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            var told = refusals.all
            while !Task.isCancelled {
                // The report is what is periodic here; nothing waits for it.
                try? await Task.sleep(for: .milliseconds(Limits.refusalReportMilliseconds))
                let all = refusals.all
                var metadata: Logger.Metadata = [:]
                for (kind, (now, before)) in zip(RefusalCounts.Kind.allCases, zip(all, told)) where now > before {
                    metadata[kind.name] = "\(now - before)"
                }
                told = all
                if !metadata.isEmpty { logger.notice("refused because of limits", metadata: metadata) }
            }
        }
    }
}
