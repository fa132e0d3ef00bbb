import Foundation
import Hummingbird
import NIOCore
import Synchronization

/// A server that speaks as much of vLLM's API as the engine uses, and misbehaves on request.
///
/// A completion's text is `seed+child`; a token's log probability is `-baseLoss` for the base model, and for
/// an adapter what its directory's name ends with: `…-2.5` gives -2.5.
final class StubServer: Sendable {
    /// What it does with the next requests instead of answering.
    enum Fault: Sendable {
        /// Sends half of the reply.
        case truncated
        /// Answers with this status.
        case status(Int)
        /// Never answers.
        case frozen
        /// Answers.
        case none

        var isTruncated: Bool { if case .truncated = self { true } else { false } }
    }

    struct State: Sendable {
        var requests: [[String: JSON]] = []
        var adapters: [String: String] = [:]
        var orders: [String] = []
        var authorizations: [String?] = []
        var faults: [Fault] = []
        /// Holds the answers of completions back while it says so; asked again and again.
        var isHolding: @Sendable (State) -> Bool = { _ in false }
        /// Loss of a token under the base model.
        var baseLoss = 1.0
        /// Loads every adapter from here, whatever it is asked for.
        var wrongPath: String?
    }

    let state = Mutex(State())
    /// Where it listens.
    let path: String

    init(_ path: String) { self.path = path }

    /// Its address as the settings write it.
    var address: String { "unix:" + path }

    /// Runs it while a body runs.
    func serving<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        let router = Router()
        router.get("/v1/models") { _, _ in Self.reply(["data": .array([.object(["id": .string("base")])])]) }
        router.post("/v1/completions") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 24)
            let asked = try JSONDecoder().decode([String: JSON].self, from: Data(buffer.readableBytesView))
            self.state.withLock { $0.authorizations.append(request.headers[.authorization]) }
            return try await self.complete(asked)
        }
        router.post("/v1/load_lora_adapter") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 16)
            let asked = try JSONDecoder().decode([String: String].self, from: Data(buffer.readableBytesView))
            return self.load(asked["lora_name"] ?? "", from: asked["lora_path"] ?? "")
        }
        router.post("/v1/unload_lora_adapter") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 16)
            let asked = try JSONDecoder().decode([String: String].self, from: Data(buffer.readableBytesView))
            return self.unload(asked["lora_name"] ?? "")
        }
        let path = path
        let listening = Mutex(false)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in listening.withLock { $0 = true } }
        )
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            while !listening.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func complete(_ asked: [String: JSON]) async throws -> Response {
        let (fault, logprob): (Fault, Double?) = state.withLock { state in
            state.requests.append(asked)
            let name = asked["model"]?.string ?? ""
            let path = state.adapters[name]
            let isKnown = name == "base" || path != nil
            let loss = path.flatMap { $0.split(separator: "-").last }.flatMap { Double($0) } ?? state.baseLoss
            return (state.faults.isEmpty ? .none : state.faults.removeFirst(), isKnown ? -loss : nil)
        }
        while state.withLock({ $0.isHolding($0) }) { try await Task.sleep(for: .milliseconds(5)) }
        switch fault {
        case .frozen: try await Task.sleep(for: .seconds(600))
        case .status(let code):
            return Self.reply(
                ["error": .object(["message": .string("stub says \(code)")])],
                status: .init(code: code)
            )
        default: break
        }
        guard let logprob else { return Self.reply(["message": .string("no such model")], status: .notFound) }
        let prompts = asked["prompt"]?.array ?? []
        let count = asked["n"]?.int ?? 1
        let choices = prompts.flatMap { prompt in (0..<count).map { (prompt, $0) } }.enumerated().map {
            index,
            asking in
            choice(index, asking.0, seed: (asked["seed"]?.int ?? 0) + asking.1, asked, logprob)
        }
        return Self.reply(["choices": .array(choices)], isCut: fault.isTruncated)
    }

    private func choice(
        _ index: Int,
        _ prompt: JSON,
        seed: Int,
        _ asked: [String: JSON],
        _ logprob: Double
    ) -> JSON {
        var choice: [String: JSON] = [
            "index": .int(index), "text": .string("\(seed)"), "finish_reason": .string("stop"),
            "token_ids": .array([.int(5), .int(6)]),
            "logprobs": .object(["token_logprobs": .array([.double(logprob), .double(logprob * 3)])]),
        ]
        if asked["prompt_logprobs"] != nil {
            let tokens = prompt.array ?? []
            choice["prompt_logprobs"] = .array(
                tokens.enumerated().map { place, token in
                    place == 0
                        ? .null : .object(["\(token.int ?? 0)": .object(["logprob": .double(logprob)])])
                }
            )
        }
        return .object(choice)
    }

    private func load(_ name: String, from path: String) -> Response {
        state.withLock { state in
            state.orders.append("load \(name)")
            guard state.adapters[name] == nil else {
                return Self.reply(
                    ["message": .string("\(name) has already been loaded")],
                    status: .badRequest
                )
            }
            state.adapters[name] = state.wrongPath ?? path
            return Response(status: .ok)
        }
    }

    private func unload(_ name: String) -> Response {
        state.withLock { state in
            guard state.adapters.removeValue(forKey: name) != nil else { return Response(status: .notFound) }
            state.orders.append("unload \(name)")
            return Response(status: .ok)
        }
    }

    private static func reply(
        _ object: [String: JSON],
        status: HTTPResponse.Status = .ok,
        isCut: Bool = false
    ) -> Response {
        let data = (try? JSONEncoder().encode(object)) ?? Data()
        return Response(
            status: status,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: isCut ? data.prefix(data.count / 2) : data))
        )
    }
}
