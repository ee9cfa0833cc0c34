// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Measures the service without a server: frames as bytes in, replies as bytes out.
enum BenchInProcess {
    static func run(_ options: BenchOptions) async throws -> BenchResult {
        throw CommandFailure("--in-process is not there yet", status: .usage)
    }
}
