import ControlAPI
import HummingbirdCore
import NIOHTTP1

/// What the head of a request must be like before a route sees it, and before any of its body is read.
enum RequestCheck {
    /// Why a request is refused; nil for a sound one.
    static func problem(of head: HTTPRequestHead) -> Problem? {
        version(head) ?? host(head) ?? framing(head) ?? expectation(head) ?? length(head)
    }

    private static func version(_ head: HTTPRequestHead) -> Problem? {
        guard head.version.major == 1 else {
            return Problem(.usage, "\(head.version) is not spoken here", hint: "use HTTP/1.1")
        }
        return nil
    }

    /// Its value is ignored: there is one server behind the socket.
    private static func host(_ head: HTTPRequestHead) -> Problem? {
        let count = head.headers["host"].count
        if count > 1 {
            return Problem(.usage, "the request has \(count) Host headers", hint: "send one")
        }
        // The command line of 0.1.0 sends none; it is known by the header with its version.
        let isOurs = head.headers.contains(name: ControlVersion.headerName)
        guard count == 0, head.version != .http1_0, !isOurs else { return nil }
        return Problem(
            .usage,
            "the request has no Host header, which HTTP/1.1 asks for",
            hint: "send \"Host: localhost\""
        )
    }

    /// A length and chunks, or chunks in HTTP/1.0, leave it open where the request ends.
    private static func framing(_ head: HTTPRequestHead) -> Problem? {
        guard head.headers.contains(name: "transfer-encoding") else { return nil }
        if head.headers.contains(name: "content-length") {
            return Problem(
                .usage,
                "the request has both Transfer-Encoding and Content-Length",
                hint: "send one of them"
            )
        }
        guard head.version == .http1_0 else { return nil }
        return Problem(
            .usage,
            "\(head.version) has no Transfer-Encoding",
            hint: "use HTTP/1.1, or send Content-Length"
        )
    }

    private static func expectation(_ head: HTTPRequestHead) -> Problem? {
        let unknown = head.headers[canonicalForm: "expect"].first { $0.lowercased() != "100-continue" }
        guard let unknown else { return nil }
        return Problem(
            .expectationFailed,
            "the expectation \"\(unknown.prefix(80))\" is unknown",
            hint: "send \"Expect: 100-continue\", or no Expect"
        )
    }

    private static func length(_ head: HTTPRequestHead) -> Problem? {
        guard let text = head.headers.first(name: "content-length") else { return nil }
        let path = URI(head.uri).path
        let limit = ControlRoutes.bodyLimit(method: head.method.rawValue, path: path)
        if let length = Int(text), length <= limit { return nil }
        return Problem(
            .tooLarge,
            "the request's body has \(text.prefix(20)) bytes, more than the \(limit) that \(path) takes",
            hint: "send less at once"
        )
    }
}
