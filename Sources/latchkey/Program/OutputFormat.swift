// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// How a command prints what it got.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// The response message as proto3 JSON.
    case json
    /// One JSON object a line.
    case ndjson
}
