import ControlAPI
import Daemon
import Foundation
import Glibc
import Loop
import Testing

/// What RFC 9110 and RFC 9112 ask of any server, byte by byte.
@Suite("HTTP as it is written", .timeLimit(.minutes(1)))
struct HTTPTests {
    private func problem(_ reply: RawHTTP) throws -> Problem {
        try ControlCoding.decode(Problem.self, from: Data(reply.body.utf8))
    }

    /// A head's fields in small letters, in an order of their own.
    private func fields(_ reply: RawHTTP) -> [String] {
        reply.head.lowercased().split(separator: "\r\n").dropFirst().map(String.init).sorted()
    }

    @Test(arguments: [
        ControlRoute.ping, ControlRoute.config, ControlRoute.rounds, ControlRoute.checkpoints,
        ControlRoute.openAPI, ControlRoute.verify, "/v1/rounds/7", "/v1/nothing",
        "/v1/rollback?round=0",
    ])
    func `a head has the headers of the whole, and no body`(path: String) async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let whole = try await RawHTTP.send("GET", path, socket: socket)
            let head = try await RawHTTP.send("HEAD", path, socket: socket)
            #expect(head.status == whole.status)
            #expect(head.body.isEmpty && !whole.body.isEmpty)
            #expect(fields(head) == fields(whole))
            #expect(fields(head).contains("content-length: \(whole.body.utf8.count)"))
        }
    }

    @Test(arguments: ["verdict=Kept", "reason=ds", "reason="])
    func `a filter by an unknown name is refused, with the names that there are`(query: String) async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let reply = try await RawHTTP.send("GET", "/v1/rounds/1/candidates?\(query)", socket: socket)
            #expect(reply.status == 400)
            #expect(try problem(reply).hint?.contains("kept") == query.hasPrefix("verdict"))
        }
    }

    @Test func `every path that can be read has a head`() async throws {
        let bench = try Bench()
        let paths = ControlRoutes.operations.map { $0.name.split(separator: " ").map(String.init) }
            .filter { $0[0] == "GET" }.map { $0[1].replacing("{round}", with: "1") }
            .map { $0.replacing("{question}", with: "1").replacing("{index}", with: "0") }

        try await bench.serving { socket in
            for path in paths {
                let head = try await RawHTTP.send("HEAD", path, socket: socket)
                #expect(head.status != 405 && head.status < 500 && head.body.isEmpty, "\(path) \(head.head)")
            }
        }
        #expect(paths.count > 10)
    }

    @Test func `the head of an event stream ends and leaves no watcher`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let head = try await RawHTTP.send("HEAD", ControlRoute.events, socket: socket)
            let stream = try await RawHTTP.send(
                "GET",
                ControlRoute.events,
                socket: socket,
                until: { $0.contains("event: epoch") }
            )
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(fields(head) == fields(stream))
            let wrong = try await RawHTTP.send("HEAD", ControlRoute.events + "?after=x", socket: socket)
            #expect(wrong.status == 400 && wrong.body.isEmpty)
        }
    }

    @Test func `a head of what can only be sent is refused with what the path takes`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let head = try await RawHTTP.send("HEAD", ControlRoute.ask, socket: socket)
            #expect(head.status == 405 && head.body.isEmpty)
            #expect(fields(head).contains("allow: post, options"))
        }
    }

    @Test(arguments: [
        (ControlRoute.status, "get, head, options"), (ControlRoute.rollback, "get, post, head, options"),
        (ControlRoute.pause, "post, options"), ("/v1/rounds/1/candidates/2/3", "get, head, options"),
        ("*", "get, post, head, options"),
    ])
    func `OPTIONS names a path's methods`(path: String, methods: String) async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let reply = try await RawHTTP.send("OPTIONS", path, socket: socket)
            #expect(reply.status == 204 && reply.body.isEmpty)
            #expect(fields(reply).contains("allow: \(methods)"), "\(reply.head)")
            #expect(!reply.head.lowercased().contains("content-length"))
        }
    }

    @Test func `OPTIONS of a path that does not exist is not found`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let reply = try await RawHTTP.send("OPTIONS", "/v1/nothing", socket: socket)
            #expect(reply.status == 404)
        }
    }

    private static let question = #"{"question": "What is 1 + 2?", "base": true}"#

    private func asking(_ more: String..., length: Int = Self.question.utf8.count) -> String {
        let lines = [
            "POST \(ControlRoute.ask) HTTP/1.1", "Host: localhost", "Content-Length: \(length)",
        ]
        return (lines + more + ["", ""]).joined(separator: "\r\n")
    }

    @Test func `a sender that waits is told to go on before it sends its body`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                try connection.send(asking("Expect: 100-Continue", "Connection: close"))
                let interim = try connection.read(until: "\r\n\r\n")
                #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
                try connection.send(Self.question)
                return try connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            #expect(text.contains(#""answer":"3""#))
        }
    }

    @Test func `a sender that does not wait gets its answer all the same`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                try connection.send(asking("Expect: 100-continue", "Connection: close") + Self.question)
                return try connection.readToEnd()
            }
            #expect(text.components(separatedBy: "HTTP/1.1 200 ").count == 2, "\(text)")
        }
    }

    @Test func `a sender that waits is refused at once where its body is not wanted`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                try connection.send(
                    asking("Expect: 100-continue").replacing(ControlRoute.ask, with: "/v1/nothing")
                )
                return try connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 404 "), "\(text)")
            #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    @Test func `another expectation is refused as such`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let reply = try await RawHTTP.send(
                "GET",
                ControlRoute.ping,
                headers: ["Expect: 200-ok"],
                socket: socket
            )
            #expect(reply.status == 417)
            #expect(try problem(reply).name == .expectationFailed)
        }
    }

    @Test(arguments: [true, false])
    func `a length over the limit is refused before the body is sent`(waits: Bool) async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                let length = ControlLimits.bodyByteCount + 1
                try connection.send(asking(waits ? "Expect: 100-continue" : "Accept: */*", length: length))
                return try connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 413 "), "\(text)")
            #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(text.contains("urn:autodidact:problem:too_large"))
        }
    }

    @Test func `a length that only another path takes is refused with that path's limit`() async throws {
        let bench = try Bench()
        let body = String(repeating: " ", count: ControlLimits.bodyByteCount + 1) + "{}"

        try await bench.serving { socket in
            let questions = try await RawHTTP.send(
                "POST",
                ControlRoute.questions,
                body: body,
                socket: socket
            )
            let ask = try await RawHTTP.send("POST", ControlRoute.ask, body: body, socket: socket)
            #expect(questions.status == 400)
            #expect(ask.status == 413)
            #expect(try problem(ask).detail.contains("\(ControlLimits.bodyByteCount)"))
        }
    }

    @Test func `HTTP 1.0 ends with its reply, and without chunks`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let ping = try await RawConnection.talk(socket) { connection in
                try connection.send("GET \(ControlRoute.ping) HTTP/1.0\r\n\r\n")
                return try connection.readToEnd()
            }
            #expect(ping.contains(" 200 OK\r\n") && ping.hasSuffix("}"))
            #expect(ping.lowercased().contains("\r\nconnection: close\r\n"))
            let head = try await RawConnection.talk(socket) { connection in
                try connection.send("HEAD \(ControlRoute.events) HTTP/1.0\r\n\r\n")
                return try connection.readToEnd()
            }
            #expect(head.contains(" 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(!head.lowercased().contains("transfer-encoding"))
            let stream = try await RawConnection.talk(socket) { connection in
                try connection.send("GET \(ControlRoute.events)?after=0 HTTP/1.0\r\n\r\n")
                return try connection.read(until: "event: epoch\ndata: {")
            }
            #expect(!stream.lowercased().contains("transfer-encoding"))
            #expect(stream.contains("\r\n\r\nretry: 2000\n"))
        }
    }

    @Test func `HTTP 1.0 may ask to keep the connection`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                let first = "GET \(ControlRoute.ping) HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
                try connection.send(first)
                let one = try connection.read(until: "}")
                try connection.send("GET \(ControlRoute.ping) HTTP/1.0\r\n\r\n")
                return one + (try connection.readToEnd())
            }
            #expect(text.components(separatedBy: " 200 OK\r\n").count == 3, "\(text)")
            #expect(text.lowercased().contains("\r\nconnection: keep-alive\r\n"))
            #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    @Test(arguments: [
        "GET /v1/ping HTTP/1.1\r\n\r\n",
        "GET /v1/ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /v1/pause HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/pause HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST /v1/pause HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "nonsense\r\n\r\n",
    ])
    func `what is not sound is refused as a problem, and ends the connection`(request: String) async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                try connection.send(request + "GET /v1/ping HTTP/1.1\r\nHost: a\r\n\r\n")
                return try connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            #expect(text.contains("urn:autodidact:problem:usage"))
            #expect(text.matches(of: #/HTTP/1\.1 [0-9]{3} /#).count == 1, "\(text)")
        }
        #expect(await bench.loop.situation.state != .paused)
    }

    @Test func `the command line of 0.1.0, which sends no host, is still answered`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                let version = "\(ControlVersion.headerName): 0.1.0"
                try connection.send(
                    "GET \(ControlRoute.ping) HTTP/1.1\r\n\(version)\r\nConnection: close\r\n\r\n"
                )
                return try connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "), "\(text)")
        }
    }

    @Test func `a stream whose reader fell behind says so, and how far it came`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { [hub = bench.hub] connection in
                let head = "GET \(ControlRoute.events) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                try connection.send(head)
                let start = try connection.read(until: "event: epoch")
                var id = 0
                while hub.watcherCount > 0 {
                    id += 1
                    let message = String(repeating: "x", count: 1000)
                    hub.send(.event(EventItem(RoundEvent(.warning, message: message, id: id))))
                }
                return start + (try connection.readToEnd())
            }
            let last = try #require(text.matches(of: /id: ([0-9]+)\n/).last?.1)
            #expect(text.contains("event: lagged\ndata: {\"last_event\":\(last)}\n\n"), "\(text.suffix(300))")
            #expect(!text.contains("event: shutdown"))
        }
    }

    @Test func `a refusal comes after the replies to what was asked before it`() async throws {
        let bench = try Bench()

        try await bench.serving { socket in
            let text = try await RawConnection.talk(socket) { connection in
                let good = "GET \(ControlRoute.ping) HTTP/1.1\r\nHost: a\r\n\r\n"
                try connection.send(good + good + "GET \(ControlRoute.ping) HTTP/1.1\r\n\r\n")
                return try connection.readToEnd()
            }
            let statuses = text.matches(of: /HTTP\/1\.1 ([0-9]+)/).map { String($0.1) }
            #expect(statuses == ["200", "200", "400"], "\(text)")
        }
    }
}

/// A connection on which a test sends and reads in turns.
struct RawConnection {
    private let descriptor: CInt

    /// Runs a body with a connection, on a thread of its own: one that blocks must not hold one of the
    /// server's.
    static func talk(
        _ path: String,
        _ body: @escaping @Sendable (RawConnection) throws -> String
    ) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread {
                continuation.resume(
                    with: Result {
                        let limit = timeval(tv_sec: 10, tv_usec: 0)
                        let descriptor = try RawHTTP.connected(to: path, readLimit: limit)
                        defer { close(descriptor) }
                        return try body(RawConnection(descriptor: descriptor))
                    }
                )
            }.start()
        }
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw RawHTTP.Failure(step: "send")
        }
    }

    /// Everything up to and with a text.
    func read(until end: String) throws -> String {
        try read { $0.contains(end) }
    }

    /// Everything until the daemon ends its direction; fails if it keeps the connection.
    func readToEnd() throws -> String { try read { _ in false } }

    private func read(_ isEnough: (String) -> Bool) throws -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw RawHTTP.Failure(step: "read") }
            received += buffer.prefix(count)
            let text = String(decoding: received, as: UTF8.self)
            if count == 0 || isEnough(text) { return text }
        }
    }
}
