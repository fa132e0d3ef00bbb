import AsyncHTTPClient
import Foundation
import Loop
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// One server's address, and the only place that talks to it.
struct ServerClient: Sendable {
    /// As the settings write it.
    let address: String
    private let apiKey: String?
    private let makeURL: @Sendable (String) -> String?
    /// Longest reply that is read: 2,048 scored tokens take about 300 kB.
    private static let replyByteCount = 256 << 20

    /// One client for all servers, for the process's life.
    ///
    /// A refused connection is an answer, because the pool tries again; and as many at once as the settings
    /// say.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        // Less than the 5 s after which vLLM closes an idle connection.
        configuration.connectionPool.idleTimeout = .seconds(3)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - address: `http://host:port` or `unix:/path`.
    ///   - apiKey: Sent as bearer token; nil for none.
    /// - Throws: `ScaleOutError` `invalid_configuration`.
    init(_ address: String, apiKey: String?) throws {
        self.address = address
        self.apiKey = apiKey
        if address.hasPrefix("unix:/") {
            let path = String(address.dropFirst("unix:".count))
            makeURL = { URL(httpURLWithSocketPath: path, uri: $0)?.absoluteString }
        } else if let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host != nil {
            let base = address.hasSuffix("/") ? String(address.dropLast()) : address
            makeURL = { base + $0 }
        } else {
            throw ScaleOutError(
                .invalidConfiguration,
                "scaleout.endpoints: \"\(address)\" is not an address; write http://host:port or unix:/path"
            )
        }
    }

    /// Posts JSON and reads JSON.
    ///
    /// - Parameters:
    ///   - type: What is read.
    ///   - path: Such as `/v1/completions`.
    ///   - body: The request.
    ///   - limit: How long it may take, the reply's last byte included.
    /// - Returns: The reply.
    /// - Throws: `CancellationError`; `ScaleOutError` `adapter_mismatch` for a model that the server does not
    ///   know, `request_refused` for any other status of 400 to 499 but 408 and 429, otherwise
    ///   `server_unavailable` or `malformed_reply`.
    func post<Reply: Decodable & Sendable>(
        _ type: Reply.Type,
        _ path: String,
        _ body: some Encodable & Sendable,
        within limit: Duration
    ) async throws -> Reply {
        try decode(type, path, try await send(path, try JSONEncoder().encode(body), within: limit))
    }

    /// Posts JSON and reads only whether it was taken.
    ///
    /// - Returns: nil when it was, otherwise the server's reason.
    /// - Throws: As `post`, except for a refusal.
    func order(_ path: String, _ body: [String: String], within limit: Duration) async throws -> String? {
        let (status, data) = try await send(path, try JSONEncoder().encode(body), within: limit)
        if status.code == 200 { return nil }
        let error = refusal(path, status, data)
        if error.code == .requestRefused { return error.message }
        throw error
    }

    /// Reads JSON.
    ///
    /// - Throws: As `post`.
    func get<Reply: Decodable & Sendable>(
        _ type: Reply.Type,
        _ path: String,
        within limit: Duration
    ) async throws -> Reply {
        try decode(type, path, try await send(path, nil, within: limit))
    }

    private func decode<Reply: Decodable>(
        _ type: Reply.Type,
        _ path: String,
        _ answer: (status: HTTPResponseStatus, data: Data)
    ) throws -> Reply {
        guard answer.status.code == 200 else { throw refusal(path, answer.status, answer.data) }
        do {
            return try JSONDecoder().decode(type, from: answer.data)
        } catch {
            throw ScaleOutError(
                .malformedReply,
                "\(address)\(path) sent \(answer.data.count) bytes that are not the JSON expected; see the server's log",
                cause: error
            )
        }
    }

    private func send(
        _ path: String,
        _ body: Data?,
        within limit: Duration
    ) async throws -> (status: HTTPResponseStatus, data: Data) {
        var request = HTTPClientRequest(url: makeURL(path) ?? "")
        if let body {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
        }
        if let apiKey { request.headers.add(name: "Authorization", value: "Bearer \(apiKey)") }
        do {
            return try await withDeadline(limit) { [request] in
                let response = try await Self.http.execute(request, deadline: .distantFuture)
                let buffer = try await response.body.collect(upTo: Self.replyByteCount)
                return (response.status, Data(buffer: buffer))
            }
        } catch is DeadlinePassed {
            throw ScaleOutError(
                .serverUnavailable,
                "\(address)\(path) did not answer within \(limit.components.seconds) s; see the server's log"
            )
        } catch {
            // A client in a cancelled task reports that as its own error.
            try Task.checkCancellation()
            throw ScaleOutError(
                .serverUnavailable,
                "cannot reach \(address)\(path): \(error); see whether the server runs",
                cause: error
            )
        }
    }

    private func refusal(_ path: String, _ status: HTTPResponseStatus, _ data: Data) -> ScaleOutError {
        let text =
            (try? JSONDecoder().decode(ServerFault.self, from: data))?.message
            ?? String(decoding: data.prefix(300), as: UTF8.self)
        let isFinal = (400..<500).contains(status.code) && ![408, 429].contains(status.code)
        // A server that others have started again does not know our adapters any more: they are loaded again.
        let isForgotten = status == .notFound && path == "/v1/completions"
        return ScaleOutError(
            isForgotten ? .adapterMismatch : isFinal ? .requestRefused : .serverUnavailable,
            "\(address)\(path) answers \(status.code): \(text)"
        )
    }
}
