// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// A thread of its own, for work that blocks: never one of Swift's cooperative pool. All signals are blocked on it, so
/// that none interrupts a sync.
package final class DedicatedThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Runs `body` on a new thread. Throws when the system has no thread to give.
    package init(_ body: @escaping @Sendable () -> Void) throws(StorageError) {
        let start = Unmanaged.passRetained(ThreadStart(body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThread, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw StorageError("start a thread", "for the store", code: code)
        }
        handle = Mutex(thread)
    }

    /// Waits for its end; a second call returns at once. On the thread itself it does nothing.
    package func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread, pthread_equal(thread, pthread_self()) == 0 { pthread_join(thread, nil) }
    }
}

/// How the calling thread stands to all others.
package enum ThreadPriority {
    /// As any thread.
    case normal
    /// Only when nobody else wants the processor (SCHED_IDLE): whoever wakes up goes first at once, which a nice thread
    /// would let wait for milliseconds. On a processor that is never idle it hardly runs at all.
    case idle

    /// SCHED_IDLE of linux/sched.h, which Swift's Glibc does not show.
    private static let schedIdle: Int32 = 5

    /// For the calling thread alone. Where the system refuses it, the thread stays as it is.
    package static func set(_ priority: ThreadPriority) {
        var parameters = sched_param()
        let policy =
            switch priority {
            case .normal: SCHED_OTHER
            case .idle: schedIdle
            }
        pthread_setschedparam(pthread_self(), policy, &parameters)
    }
}

private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    start.body()
    return nil
}

/// Wakes a thread that sleeps; a wake-up before the sleep is not lost.
package final class ThreadSignal: @unchecked Sendable {
    // Unchecked because of the pointers. The two are made to be used from several threads, `isSet` is read and written
    // only with the mutex held, and the memory lives as long as the object.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isSet = false

    package init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func wake() {
        pthread_mutex_lock(mutex)
        isSet = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Until woken, or for so long; `nil` waits for ever.
    package func wait(milliseconds: Int64?) {
        var deadline = timespec()
        if let milliseconds {
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let nanoseconds = deadline.tv_nsec + Int(milliseconds % 1_000) * 1_000_000
            deadline.tv_sec += Int(milliseconds / 1_000) + nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        while !isSet {
            if milliseconds == nil {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &deadline) != 0 {
                break
            }
        }
        isSet = false
        pthread_mutex_unlock(mutex)
    }
}

/// Since some moment in the past; never goes back. For deadlines of this process alone.
func monotonicMilliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
}
