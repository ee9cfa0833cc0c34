// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// Tells the service manager how the service is, as sd_notify(3) describes it: datagrams of NAME=VALUE lines to the
/// Unix socket that $NOTIFY_SOCKET names. Without that variable it says nothing.
struct ServiceNotifier: Sendable {
    /// The socket's path; a name in Linux's abstract namespace begins with a zero. `nil` = nobody listens.
    private let path: [UInt8]?

    /// - Parameter socket: what $NOTIFY_SOCKET holds: a path, or @ and an abstract name. Other kinds of address, as
    ///   virtual machines use them, are not known and leave it silent.
    init(socket: String?) {
        guard let socket, socket.count > 1, socket.hasPrefix("/") || socket.hasPrefix("@"),
            socket.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else {
            path = nil
            return
        }
        var bytes = Array(socket.utf8)
        if socket.hasPrefix("@") { bytes[0] = 0 }
        path = bytes
    }

    var isListenedTo: Bool { path != nil }

    /// It does not serve yet, or has ended serving, and needs the time to finish what `status` says.
    func needsTime(_ status: String) {
        send(["EXTEND_TIMEOUT_USEC=\(Limits.managerExtensionSeconds * 1_000_000)", "STATUS=\(status)"])
    }

    func isReady(_ status: String) {
        send(["READY=1", "STATUS=\(status)"])
    }

    func isStopping(_ status: String) {
        send(["STOPPING=1", "STATUS=\(status)"])
    }

    func tell(_ status: String) {
        send(["STATUS=\(status)"])
    }

    /// Runs `work`, which `status` names, and keeps the manager from losing patience while it does.
    func whileNeedingTime(_ status: String, _ work: () async -> Void) async {
        guard isListenedTo else { return await work() }
        needsTime(status)
        let asking = Task {
            for _ in 1..<Limits.managerExtensions {
                // Asking again is what is periodic here; nothing waits for it.
                try? await Task.sleep(for: .seconds(Limits.managerExtensionRepeatSeconds))
                if Task.isCancelled { return }
                needsTime(status)
            }
        }
        await work()
        asking.cancel()
    }

    /// Nothing is done about a failure: the service serves whether or not anybody wants to know.
    private func send(_ lines: [String]) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // A manager that does not read must not hold the service up.
        var patience = timeval()
        patience.tv_sec = Int(Limits.managerSendMilliseconds / 1_000)
        patience.tv_usec = Int(Limits.managerSendMilliseconds % 1_000) * 1_000
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(
            MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + path.count)
        let message = Array(lines.joined(separator: "\n").utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                _ = sendto(descriptor, message, message.count, CInt(MSG_NOSIGNAL), target, length)
            }
        }
    }
}
