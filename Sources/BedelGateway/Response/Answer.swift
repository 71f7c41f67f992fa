internal import BedelDomain
internal import NIOCore

/// An answer of the gateway's own: a refusal, a failure, or the way to somewhere else.
struct Answer: Sendable {
    let status: Int
    /// Name and value.
    private var fields: [(String, String)]
    private var body: [UInt8]
    /// To gRPC everything is 200, and the failure stands in the fields.
    private var isForGRPC = false

    /// A problem as RFC 9457 has it, or for a person's browser a small page that says the same.
    /// - Parameter retryAfter: seconds; nil: 2 with a 503, and nothing otherwise.
    init(
        _ error: BedelError, to request: NormalRequest?, on route: Route?, requestID: String, retryAfter: Int? = nil
    ) {
        status = error.code.httpStatus
        let wantsPage = request?.prefersHTML ?? false
        guard !GRPC.isSpoken(by: request) else {
            body = []
            isForGRPC = true
            fields = GRPC.fields(error)
            return
        }
        body = wantsPage ? Array(Self.page(error, requestID).utf8) : Self.problem(error, requestID)
        fields = [
            ("Content-Type", wantsPage ? "text/html; charset=utf-8" : "application/problem+json"),
            ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ]
        if status == 401 { fields.append(("WWW-Authenticate", Self.challenge(error, route))) }
        if let seconds = retryAfter ?? (status == 503 ? 2 : nil) { fields.append(("Retry-After", "\(seconds)")) }
    }

    /// 503, on purpose and for a while.
    init(_ maintenance: Maintenance, to request: NormalRequest?, now: Timestamp, requestID: String) {
        let seconds = maintenance.until.map { Int(max($0.microseconds - now.microseconds, 1_000_000) / 1_000_000) }
        let error = BedelError(
            .unavailable,
            maintenance.message.isEmpty ? "This is closed for maintenance." : maintenance.message,
            next: "Try again later; nothing of yours is lost.")
        self.init(error, to: request, on: nil, requestID: requestID, retryAfter: seconds ?? 120)
        if request?.prefersHTML ?? false {
            let page = MaintenancePage.html(maintenance.message, requestID: requestID, escape: Self.html)
            body = Array(page.utf8)
        }
    }

    /// 303 (RFC 9110, section 15.4.4).
    init(redirectTo location: String) {
        status = 303
        body = []
        fields = [("Location", location), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]
    }

    /// - Parameter strictTransport: a whole line, or nothing.
    func write(
        requestID: String, closes: Bool, withoutBody: Bool, strictTransport: String = "", into buffer: inout ByteBuffer
    ) {
        let said = isForGRPC ? 200 : status
        buffer.writeString("HTTP/1.1 \(said) \(Self.phrase(said))\r\nContent-Length: \(body.count)\r\n")
        for (name, value) in fields { buffer.writeString("\(name): \(value)\r\n") }
        buffer.writeString(
            "\(strictTransport)X-Request-Id: \(requestID)\r\n\(closes ? "Connection: close\r\n" : "")\r\n")
        if !withoutBody { buffer.writeBytes(body) }
    }

    /// Git asks its user only when Basic is offered; programs want to hear what was wrong with the token (RFC 6750,
    /// section 3).
    private static func challenge(_ error: BedelError, _ route: Route?) -> String {
        if route?.kind == .git { return "Basic realm=\"Bedel\", charset=\"UTF-8\"" }
        switch error.code {
        case .invalidToken, .expiredToken: return "Bearer realm=\"Bedel\", error=\"invalid_token\""
        default: return "Bearer realm=\"Bedel\"" + (error.signInDemand.map { ", \($0.challenge)" } ?? "")
        }
    }

    private static func problem(_ error: BedelError, _ requestID: String) -> [UInt8] {
        var object = JSONLines(capacity: 512)
        object.append(json: #"{"type":""#)
        object.append(error.code.problemType)
        object.append(json: #"","title":""#)
        object.append(error.code.title)
        object.append(json: #"","status":"#)
        object.append(error.code.httpStatus)
        object.append(json: #","detail":""#)
        object.append(error.message)
        object.append(json: #"","next":""#)
        object.append(error.next)
        object.append(json: #"","request_id":""#)
        object.append(requestID)
        object.append(json: "\"}\n")
        return object.withBytes(Array.init)
    }

    private static func page(_ error: BedelError, _ requestID: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>\(html(error.code.title))</title>
        <style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;color:#212529}
        h1{font-size:1.6rem}footer{margin-top:3rem;font-size:.85rem;color:#6c757d}</style></head>
        <body><h1>\(html(error.code.title))</h1><p>\(html(error.message))</p><p>\(html(error.next))</p>
        <footer>\(error.code.httpStatus) · request \(html(requestID))</footer></body></html>

        """
    }

    private static func html(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 303: "See Other"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status \(status)"
        }
    }
}
