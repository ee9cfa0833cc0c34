// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import Glibc
internal import KeyModel

/// ValidateRequest, read in place.
enum ValidateCodec {
    /// secret, client_ip, resource, action, http_method, path; bit n = field n.
    static let implementedFields: UInt64 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 7

    static func question(_ message: UnsafeRawPointer) throws(Refusal) -> ValidateQuestion {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ValidateRequest.self)
        let question = unsafe ValidateQuestion(
            secret: bytes(request.pointee.secret), clientIP: bytes(request.pointee.client_ip),
            resource: bytes(request.pointee.resource), action: request.pointee.action.rawValue,
            httpMethod: bytes(request.pointee.http_method), path: bytes(request.pointee.path)
        )
        if isWithinBounds(question) { return question }
        throw .invalid(violations(question))
    }

    private static func bytes(_ text: UnsafeMutablePointer<CChar>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    }

    @inline(__always)
    private static func isWithinBounds(_ question: ValidateQuestion) -> Bool {
        unsafe question.clientIP.count <= Limits.clientIPBytes && question.resource.count <= Limits.resourceBytes
            && question.httpMethod.count <= Limits.httpMethodBytes && question.path.count <= Limits.pathBytes
            && question.action <= 5 && isPlain(question.resource) && isPlain(question.path)
            && isMethod(question.httpMethod) && (question.clientIP.isEmpty || isAddress(question.clientIP))
    }

    /// What is wrong, for a question that is not within bounds.
    private static func violations(_ question: ValidateQuestion) -> [FieldViolation] {
        var found: [FieldViolation] = []
        func check(_ good: Bool, _ field: String, _ description: String) {
            if !good { found.append(FieldViolation(field, description)) }
        }
        unsafe check(
            question.clientIP.isEmpty
                || (question.clientIP.count <= Limits.clientIPBytes && isAddress(question.clientIP)), "client_ip",
            "must be an IPv4 or IPv6 address")
        unsafe check(
            question.resource.count <= Limits.resourceBytes && isPlain(question.resource), "resource",
            "must be at most \(Limits.resourceBytes) bytes without control characters")
        check(question.action <= 5, "action", "must be an Action that the .proto names")
        unsafe check(
            question.httpMethod.count <= Limits.httpMethodBytes && isMethod(question.httpMethod), "http_method",
            "must be at most \(Limits.httpMethodBytes) characters [A-Z]")
        unsafe check(
            question.path.count <= Limits.pathBytes && isPlain(question.path), "path",
            "must be at most \(Limits.pathBytes) bytes without control characters")
        return found
    }

    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        var plain = true
        var previous: UInt8 = 0
        for index in text.indices {
            let byte = unsafe text[index]
            // C1 controls are U+0080 to U+009F: 0xC2, then less than 0xA0.
            plain = plain && byte >= 0x20 && byte != 0x7F && !(previous == 0xC2 && byte < 0xA0)
            previous = byte
        }
        return plain
    }

    private static func isMethod(_ text: UnsafeRawBufferPointer) -> Bool {
        var good = true
        for index in text.indices { good = unsafe good && text[index] &- 0x41 < 26 }
        return good
    }

    /// IPv4 by hand, being nearly all there is; IPv6 by the C library. `text` ends in a NUL in memory.
    private static func isAddress(_ text: UnsafeRawBufferPointer) -> Bool {
        if unsafe isIPv4(text) { return true }
        var address = in6_addr()
        guard let start = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
        return unsafe inet_pton(AF_INET6, start, &address) == 1
    }

    private static func isIPv4(_ text: UnsafeRawBufferPointer) -> Bool {
        var value = 0
        var digits = 0
        var dots = 0
        for index in text.indices {
            let byte = unsafe text[index]
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                dots += 1
                (value, digits) = (0, 0)
            } else if byte &- 0x30 < 10, digits == 0 || value > 0 {
                value = value * 10 + Int(byte &- 0x30)
                digits += 1
                if value > 255 { return false }
            } else {
                return false
            }
        }
        return dots == 3 && digits > 0
    }
}
