// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import Glibc
package import KeyModel

/// ValidateRequest and ValidateBatchRequest, read in place.
enum ValidateCodec {
    typealias Request = Latchkey__V1__ValidateRequest

    /// All of ValidateRequest; bit n = field n.
    static let implementedFields: UInt64 = 0x3FE

    static func question(_ message: UnsafeRawPointer) throws(Refusal) -> ValidateQuestion {
        let question = unsafe read(message.assumingMemoryBound(to: Request.self))
        if isWithinBounds(question) { return question }
        throw .invalid(violations(question))
    }

    /// Checks all of them before any is answered.
    static func batch(_ message: UnsafeRawPointer) throws(Refusal) -> ValidateBatch {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ValidateBatchRequest.self).pointee
        guard unsafe (1...Limits.batchValidates).contains(request.n_requests) else {
            throw .invalid([FieldViolation("requests", "must be 1 to \(Limits.batchValidates)")])
        }
        var batch = unsafe ValidateBatch(request.requests, count: request.n_requests)
        var found: [FieldViolation] = []
        for index in 0..<batch.count {
            let question = batch[index]
            batch.minRevision = max(batch.minRevision, question.minRevision)
            if isWithinBounds(question) { continue }
            found += violations(question).map { FieldViolation("requests[\(index)].\($0.field)", $0.description) }
        }
        if !found.isEmpty { throw .invalid(Array(found.prefix(Limits.violationsNamed))) }
        return batch
    }

    @inline(__always)
    static func read(_ request: UnsafePointer<Request>) -> ValidateQuestion {
        let clientIP = unsafe bytes(request.pointee.client_ip)
        let address =
            unsafe clientIP.isEmpty || clientIP.count > Limits.clientIPBytes ? nil : IPAddress.parse(clientIP)
        return unsafe ValidateQuestion(
            secret: bytes(request.pointee.secret), clientIP: clientIP, resource: bytes(request.pointee.resource),
            action: request.pointee.action.rawValue, httpMethod: bytes(request.pointee.http_method),
            path: bytes(request.pointee.path), clientAddress: address,
            fields: AskedFields(request.pointee.fields, count: request.pointee.n_fields),
            minRevision: request.pointee.min_revision, explain: request.pointee.explain != 0)
    }

    private static func bytes(_ text: UnsafeMutablePointer<CChar>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    }

    @inline(__always)
    private static func isWithinBounds(_ question: ValidateQuestion) -> Bool {
        unsafe question.resource.count <= Limits.resourceBytes && question.httpMethod.count <= Limits.httpMethodBytes
            && question.path.count <= Limits.pathBytes && question.action <= 5 && isPlain(question.resource)
            && isPlain(question.path) && isMethod(question.httpMethod)
            && (question.clientIP.isEmpty || question.clientAddress != nil)
            && (question.fields.count == 0 || areFields(question.fields))
    }

    private static func areFields(_ fields: AskedFields) -> Bool {
        if fields.count > Limits.fields { return false }
        for index in 0..<fields.count where unsafe !isField(fields[index]) { return false }
        return true
    }

    private static func isField(_ name: UnsafeRawBufferPointer) -> Bool {
        unsafe (1...Limits.fieldBytes).contains(name.count) && isPlain(name)
    }

    /// What is wrong, for a question that is not within bounds.
    private static func violations(_ question: ValidateQuestion) -> [FieldViolation] {
        var found: [FieldViolation] = []
        func check(_ good: Bool, _ field: String, _ description: String) {
            if !good { found.append(FieldViolation(field, description)) }
        }
        unsafe check(
            question.clientIP.isEmpty || question.clientAddress != nil, "client_ip",
            "must be an IPv4 or IPv6 address")
        unsafe check(
            question.resource.count <= Limits.resourceBytes && isPlain(question.resource), "resource",
            "must be at most \(Limits.resourceBytes) bytes without control characters")
        check(question.action <= 5, "action", "must be an Action that the .proto names")
        check(question.fields.count <= Limits.fields, "fields", "must be at most \(Limits.fields)")
        for index in 0..<min(question.fields.count, Limits.fields) where found.count < Limits.violationsNamed {
            unsafe check(
                isField(question.fields[index]), "fields[\(index)]",
                "must be 1 to \(Limits.fieldBytes) bytes without control characters")
        }
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
}

/// The Validates of one batch, in the memory of the frame that they came in; all of them are within bounds.
@safe package struct ValidateBatch {
    private let requests: UnsafeMutablePointer<UnsafeMutablePointer<ValidateCodec.Request>?>?
    package let count: Int
    /// The largest of them all.
    package fileprivate(set) var minRevision: UInt64 = 0

    fileprivate init(_ requests: UnsafeMutablePointer<UnsafeMutablePointer<ValidateCodec.Request>?>?, count: Int) {
        unsafe self.requests = unsafe requests
        self.count = count
    }

    /// Valid until the next frame is decoded.
    package subscript(index: Int) -> ValidateQuestion {
        guard let request = unsafe requests?[index] else {
            let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
            return unsafe ValidateQuestion(
                secret: none, clientIP: none, resource: none, action: 0, httpMethod: none, path: none)
        }
        return unsafe ValidateCodec.read(request)
    }
}
