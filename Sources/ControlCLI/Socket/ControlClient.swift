import AsyncHTTPClient
package import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1

/// The only file that talks to the socket.
///
/// One connection per request: a CLI asks once or twice and ends.
package struct ControlClient: Sendable {
    /// The socket's path.
    package let socketPath: String
    /// Where a daemon was looked for; empty if the socket was named.
    private let places: [String]
    /// Longest reply that is read.
    private static let replyByteCount = 64 << 20
    /// How long a change or an answer may take.
    private static let postTimeout = TimeAmount.minutes(15)
    /// Called with a sentence when the daemon's version differs.
    private let warn: @Sendable (String) -> Void

    /// One thread serves one request; the default would start one per core.
    ///
    /// May be set once only, before first use.
    private static let useOneThread: Void = { NIOSingletons.groupLoopCountSuggestion = 1 }()

    package init(
        socketPath: String,
        places: [String] = [],
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.socketPath = socketPath
        self.places = places
        self.warn = warn
    }

    /// Fetches a reply.
    package func get<Reply: ControlReply>(
        _ type: Reply.Type,
        _ path: String,
        query: [(name: String, value: String)] = [],
        within seconds: Int64 = 30
    ) async throws(Problem) -> Reply {
        let request = request(.GET, path, query: query)
        return try await send(type, request, readTimeout: .seconds(seconds))
    }

    /// Posts a body, or none.
    ///
    /// The daemon may have to finish a step first, so this waits longer. A change that the daemon carries out
    /// only once, however often it is sent, gets a new key. It is sent once more if the connection breaks
    /// before the reply.
    package func post<Reply: ControlReply>(
        _ type: Reply.Type,
        _ path: String,
        _ body: (any Encodable & Sendable)? = nil
    ) async throws(Problem) -> Reply {
        var request = try posting(path, body)
        let isKeyed = ControlRoute.keyed.contains(path)
        if isKeyed { request.headers.add(name: ControlHeader.idempotencyKey, value: UUID().uuidString) }
        return try await send(type, request, readTimeout: Self.postTimeout, mayRepeat: isKeyed)
    }

    /// Asks a question and hands out the answer's text while it is written.
    ///
    /// - Parameters:
    ///   - asked: The question.
    ///   - handle: Called with each piece of the text in order; never for a vote, or by a daemon that does
    ///     not stream.
    /// - Returns: The whole answer.
    /// - Throws: `Problem`.
    package func ask(_ asked: AskRequest, _ handle: (String) -> Void) async throws -> AskReply {
        var request = try posting(ControlRoute.ask, asked)
        request.headers.replaceOrAdd(name: "Accept", value: ControlHeader.eventStream)
        return try await streaming(Self.postTimeout) { [request] http in
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { throw try await problem(in: response) }
            try compareVersions(response.headers.first(name: ControlVersion.headerName))
            guard response.headers.first(name: "Content-Type") == ControlHeader.eventStream else {
                let body = try await response.body.collect(upTo: Self.replyByteCount)
                return try decode(AskReply.self, Data(body.readableBytesView), request)
            }
            var parser = EventStreamParser()
            var answer: AskReply?
            for try await buffer in response.body {
                for block in try parser.feed(buffer.readableBytesView) {
                    let data = Data(block.data.utf8)
                    switch block.name {
                    case ServerSentEvent.textName: handle(try decode(TextItem.self, data, request).text)
                    case ServerSentEvent.answerName: answer = try decode(AskReply.self, data, request)
                    case ServerSentEvent.problemName: throw try decode(Problem.self, data, request)
                    default: break
                    }
                }
            }
            guard let answer else { throw HTTPClientError.remoteConnectionClosed }
            return answer
        }
    }

    /// Follows the event stream until the daemon closes it, or the handler ends it.
    ///
    /// - Parameters:
    ///   - after: Replays events with a greater id; nil starts now.
    ///   - time: When that event was, as it said; nil if that is not known.
    ///   - handle: Called with each block in order; false ends the stream.
    /// - Returns: False if the handler has ended it.
    /// - Throws: `Problem`, also for what `handle` throws.
    package func follow(
        after: Int?,
        at time: String? = nil,
        _ handle: @Sendable (ServerSentEvent) async throws -> Bool
    ) async throws -> Bool {
        var request = request(.GET, ControlRoute.events, query: [])
        request.headers.replaceOrAdd(name: "Accept", value: ControlHeader.eventStream)
        if let after { request.headers.add(name: ControlHeader.lastEventID, value: String(after)) }
        if let time { request.headers.add(name: ControlHeader.lastEventTime, value: time) }
        // Three heartbeats missed: the daemon hangs or has ended.
        let timeout = TimeAmount.seconds(Int64(3 * ControlLimits.heartbeatSeconds))
        return try await streaming(timeout) { [request] http in
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { throw try await problem(in: response) }
            var parser = EventStreamParser()
            for try await buffer in response.body {
                for block in try parser.feed(buffer.readableBytesView) {
                    guard try await handle(block) else { return false }
                }
            }
            return true
        }
    }

    /// Runs a body that reads a stream; what goes wrong is a problem, unless it was cancelled.
    private func streaming<Value: Sendable>(
        _ readTimeout: TimeAmount,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        do {
            return try await withHTTP(readTimeout: readTimeout, body)
        } catch {
            throw error is CancellationError ? error : problem(for: error)
        }
    }

    private func posting(
        _ path: String,
        _ body: (any Encodable & Sendable)?
    ) throws(Problem) -> HTTPClientRequest {
        var request = request(.POST, path, query: [])
        guard let body else { return request }
        let data: Data
        do {
            data = try ControlCoding.encode(body)
        } catch {
            throw Problem(.internal, "cannot encode the request: \(error)")
        }
        request.headers.add(name: "Content-Type", value: ControlHeader.json)
        request.body = .bytes(ByteBuffer(bytes: data))
        return request
    }

    private func request(
        _ method: HTTPMethod,
        _ path: String,
        query: [(name: String, value: String)]
    ) -> HTTPClientRequest {
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let pairs = query.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }
        let uri = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        // An absolute path: the URL's host part is the percent-encoded path, relative ones lose their start.
        let absolute = URL(fileURLWithPath: socketPath).path
        let url = URL(httpURLWithSocketPath: absolute, uri: uri)?.absoluteString ?? ""
        var request = HTTPClientRequest(url: url)
        request.method = method
        // HTTP/1.1 asks for one, and for a Unix socket the client library sends none.
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Accept", value: ControlHeader.json)
        request.headers.add(name: ControlVersion.headerName, value: ControlVersion.program)
        return request
    }

    private func send<Reply: ControlReply>(
        _ type: Reply.Type,
        _ request: HTTPClientRequest,
        readTimeout: TimeAmount,
        mayRepeat: Bool = false
    ) async throws(Problem) -> Reply {
        do {
            return try await exchange(type, request, readTimeout)
        } catch let lost as HTTPClientError where mayRepeat && lost == .remoteConnectionClosed {
            let again: Problem
            do {
                return try await exchange(type, request, readTimeout)
            } catch {
                again = problem(for: error)
            }
            // That it may have done what was asked matters more than that it has ended.
            throw again.name == .noDaemon ? problem(for: lost) : again
        } catch {
            throw problem(for: error)
        }
    }

    private func exchange<Reply: ControlReply>(
        _ type: Reply.Type,
        _ request: HTTPClientRequest,
        _ readTimeout: TimeAmount
    ) async throws -> Reply {
        try await withHTTP(readTimeout: readTimeout) { http in
            let response = try await http.execute(request, deadline: .now() + readTimeout)
            guard (200..<300).contains(response.status.code) else {
                throw try await problem(in: response)
            }
            try compareVersions(response.headers.first(name: ControlVersion.headerName))
            let body = try await response.body.collect(upTo: Self.replyByteCount)
            return try decode(type, Data(body.readableBytesView), request)
        }
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type,
        _ data: Data,
        _ request: HTTPClientRequest
    ) throws(Problem) -> Value {
        do {
            return try ControlCoding.decode(type, from: data)
        } catch {
            throw unreadable("its reply to \(request.method.rawValue) \(path(of: request)): \(error)")
        }
    }

    private func withHTTP<Value: Sendable>(
        readTimeout: TimeAmount,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        _ = Self.useOneThread
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: readTimeout)
        )
        configuration.httpVersion = .http1Only
        // With retries a missing socket would take the whole connect timeout to be reported.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup,
            configuration: configuration
        )
        do {
            let value = try await body(http)
            try? await http.shutdown()
            return value
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func problem(in response: HTTPClientResponse) async throws -> Problem {
        let body = try await response.body.collect(upTo: 1 << 20)
        if let problem = try? ControlCoding.decode(Problem.self, from: Data(body.readableBytesView)) {
            return problem
        }
        return unreadable("status \(response.status.code) without a problem")
    }

    private func compareVersions(_ daemon: String?) throws(Problem) {
        guard let daemon, daemon != ControlVersion.program else { return }
        let versions = "the daemon is version \(daemon.onOneLine), this is \(ControlVersion.program)"
        guard daemon.prefix(while: { $0 != "." }) == ControlVersion.program.prefix(while: { $0 != "." })
        else {
            throw Problem(.unsupportedVersion, versions, hint: "install both from the same release")
        }
        warn("autodidact: warning: \(versions)\n")
    }

    private func unreadable(_ what: String) -> Problem {
        Problem(
            .badReply,
            "cannot read what answers on \(socketPath): \(what)",
            hint: "compare the versions with \"autodidact version\""
        )
    }

    private func path(of request: HTTPClientRequest) -> String {
        request.url.firstRange(of: "/v1/").map { String(request.url[$0.lowerBound...]) } ?? request.url
    }

    private func problem(for error: any Error) -> Problem {
        if let problem = error as? Problem { return problem }
        if let error = error as? IOError {
            return Unreachable.problem(socketPath, errno: error.errnoCode, places: places)
        }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout { return Unreachable.problem(socketPath, errno: ETIMEDOUT) }
            if error == .readTimeout || error == .deadlineExceeded {
                return Problem(
                    .timeout,
                    "the daemon on \(socketPath) did not reply in time",
                    hint: "look at \"autodidact status\" and \"journalctl -u autodidactd\", then try again"
                )
            }
            if error == .remoteConnectionClosed {
                return Problem(
                    .busy,
                    "the daemon on \(socketPath) closed the connection before it replied",
                    hint: "it may be stopping; look at \"autodidact status\", then try again"
                )
            }
        }
        return Problem(
            .noDaemon,
            "cannot talk to the daemon on \(socketPath): \(error)",
            hint: Unreachable.hint
        )
    }
}
