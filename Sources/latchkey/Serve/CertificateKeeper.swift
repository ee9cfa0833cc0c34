// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyServer
internal import KeyTLS
internal import Logging
internal import NIOPosix
internal import ServiceLifecycle

/// Has the server's certificate, its key and what belongs to them read again when their files change, and tells the log.
struct CertificateKeeper: Service {
    let server: FrameServer
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Looking is what is periodic here; nothing waits for it.
                try? await Task.sleep(for: .milliseconds(Limits.tlsLookMilliseconds))
                if Task.isCancelled { return }
                // Files may be slow, and Swift's pool has no thread to wait for them.
                guard let look = try? await NIOThreadPool.singleton.runIfActive(server.lookAtCertificates) else {
                    return
                }
                switch look {
                case .same: break
                case .loaded(let loaded):
                    logger.notice(
                        "read the TLS certificate and what belongs to it again", metadata: Self.metadata(loaded))
                    Self.warn(of: loaded, logger)
                case .refused(let fault):
                    logger.error(
                        "the new TLS files cannot be used; what was read before stays in use",
                        metadata: ["error": "\(fault)", "hint": "\(fault.advice)"])
                }
            }
        }
    }

    static func metadata(_ loaded: ServerTLS.Loaded) -> Logger.Metadata {
        ["certificate_ends": "\(RFC3339.text(loaded.end))"]
    }

    /// A certificate that has ended is served all the same: a client that checks it says so better.
    static func warn(of loaded: ServerTLS.Loaded, _ logger: Logger) {
        if loaded.end > .now { return }
        logger.warning(
            "the TLS certificate has ended: clients that check it will not connect", metadata: metadata(loaded))
    }
}
