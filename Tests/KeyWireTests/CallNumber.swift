// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The calls' field numbers in ClientFrame, as the contract has them.
enum CallNumber {
    static let createKey = 10
    static let getKey = 11
    static let updateKey = 13
    static let rekeyKey = 14
    static let validate = 18
    static let streamUsage = 21
    static let updateAccount = 24
    static let whoAmI = 28
    static let health = 29
    static let snapshot = 30
    static let cancel = 31
}
