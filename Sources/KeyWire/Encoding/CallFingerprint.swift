// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel
internal import NIOCore

/// What a call is recognised by when it comes again: bytes that do not depend on how its client encoded it.
package struct CallFingerprint {
    /// Its field number in ClientFrame.
    package let number: UInt32
    /// A ClientFrame with the call and nothing else, as this program encodes it.
    package let bytes: [UInt8]

    package init(_ call: Call) {
        let packer = Packer()
        let frame = unsafe packer.make(latchkey__v1__client_frame__init)
        unsafe CallEncoder.encode(call, into: frame, packer)
        number = unsafe frame.pointee.call_case.rawValue
        var buffer = ByteBuffer()
        unsafe pack(frame, into: &buffer)
        bytes = Array(buffer.readableBytesView)
    }
}
