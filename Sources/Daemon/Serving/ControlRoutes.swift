import ControlAPI
import Foundation
import HTTPTypes
import Hummingbird
import Loop
import Store

/// The routes of the control socket.
///
/// A handler decodes, calls one method of `Control` and encodes.
package struct ControlRoutes: Sendable {
    typealias Handler = @Sendable (Request, ControlRequestContext, Control) async throws -> Response

    /// One route.
    struct Row: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// Whether it changes something, which needs permission.
        var isChange = false
        /// Longest body that it reads.
        var bodyLimit = ControlLimits.bodyByteCount
        let handler: Handler
    }

    /// Method and path of every route, such as `GET /v1/ping`, with whether it changes something.
    package static var operations: [(name: String, isChange: Bool)] {
        table.map { ("\($0.method.rawValue) \($0.path)", $0.isChange) }
    }

    /// Every route there is.
    static let table: [Row] = [
        get(ControlRoute.ping) { _, control in control.ping() },
        get(ControlRoute.status) { _, control in try await control.status() },
        get(ControlRoute.rounds) { request, control in
            let parameters = request.uri.queryParameters
            return try await control.rounds(
                after: try count(parameters.get(ControlQuery.after), ControlQuery.after).map(RoundID.init),
                limit: try count(parameters.get(ControlQuery.limit), ControlQuery.limit),
                outcome: try enumerated(parameters.get(ControlQuery.outcome), ControlQuery.outcome)
            )
        },
        get(ControlRoute.checkpoints) { request, control in
            let limit = request.uri.queryParameters.get(ControlQuery.limit)
            return try await control.checkpoints(newest: try count(limit, ControlQuery.limit))
        },
        get(ControlRoute.config) { _, control in control.config() },
        get(ControlRoute.preflight) { _, control in try await control.preflight() },
        Row(method: .get, path: ControlRoute.round) { _, context, control in
            try json(try await control.round(try roundID(context)))
        },
        Row(method: .get, path: ControlRoute.candidates) { request, context, control in
            try json(try await control.candidates(of: try roundID(context), try candidateQuery(request)))
        },
        Row(method: .get, path: ControlRoute.candidate) { _, context, control in
            let question = QuestionID(rawValue: try number(context, "question"))
            let index = try number(context, "index")
            return try json(
                try await control.explain(round: try roundID(context), question: question, index: index)
            )
        },
        get(ControlRoute.compare) { request, control in
            try await control.compare(try compareQuery(request))
        },
        Row(method: .get, path: ControlRoute.events) { request, context, control in
            let (after, time) = (try lastEvent(request), try lastEventTime(request))
            // A stream would have no end, and its head needs no watcher.
            guard request.method != .head else { return EventStream.response { try await $0.finish(nil) } }
            return try await EventStream.response(after: after, at: time, control, context.channel)
        },
        get(ControlRoute.pause, .post) { _, control in try await control.pause() },
        get(ControlRoute.resume, .post) { _, control in try await control.resume() },
        get(ControlRoute.rollback) { request, control in
            try await control.rollbackPreview(try rollbackTarget(request))
        },
        keyed(ControlRoute.rollback, RollbackRequest.self) { try await $1.rollback($0, key: $2) },
        keyed(ControlRoute.questions, AddQuestionsRequest.self, limit: ControlLimits.questionsBodyByteCount) {
            try await $1.add($0, key: $2)
        },
        get(ControlRoute.retire) { request, control in
            let parameters = request.uri.queryParameters
            return try await control.retired(
                split: try enumerated(parameters.get(ControlQuery.split), ControlQuery.split),
                limit: try count(parameters.get(ControlQuery.limit), ControlQuery.limit)
            )
        },
        keyed(ControlRoute.retire, RetireRequest.self, limit: ControlLimits.questionsBodyByteCount) {
            try await $1.retire($0, key: $2)
        },
        Row(method: .post, path: ControlRoute.ask) { request, context, control in
            let data = try await body(of: request, context, upTo: ControlLimits.bodyByteCount)
            let asked = try decode(AskRequest.self, data)
            guard AskStream.isWanted(request) else { return try json(try await control.ask(asked)) }
            return try await AskStream.response(asked, control)
        },
        keyed(ControlRoute.exports, ExportRequest.self) { try await $1.export($0, key: $2) },
        post(ControlRoute.pin, PinRequest.self) { try await $1.pin($0) },
        keyed(ControlRoute.prune, PruneRequest.self) { try await $1.prune($0, key: $2) },
        Row(method: .get, path: ControlRoute.metrics) { _, _, control in
            let text = ByteBuffer(string: try await control.metrics())
            let type = "text/plain; version=0.0.4; charset=utf-8"
            return Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: text))
        },
        Row(method: .get, path: ControlRoute.verify) { _, context, control in
            try json(try await ClientLife.tied(to: context.channel) { try await control.verify() })
        },
        Row(method: .get, path: ControlRoute.openAPI) { _, _, _ in json(OpenAPI.document) },
    ]

    /// A router over the table.
    static func router(_ control: Control) -> Router<ControlRequestContext> {
        let router = Router(context: ControlRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        let gate = AccessGate()
        for row in table {
            // What can be read has a head, too.
            for method in row.method == .get ? [.get, .head] : [row.method] {
                router.on(RouterPath(row.path), method: method) { request, context in
                    guard row.isChange else { return try await row.handler(request, context, control) }
                    return try await gate.passing(request, context) {
                        try await row.handler(request, context, control)
                    }
                }
            }
        }
        return router
    }

    /// The methods that a path takes; none if there is no such path.
    static func methods(at path: String) -> [String] {
        let own = table.filter { matches($0.path, path) }.map(\.method)
        guard !own.isEmpty else { return [] }
        let more: [HTTPRequest.Method] = own.contains(.get) ? [.head, .options] : [.options]
        return (own + more).map(\.rawValue)
    }

    /// The longest body that is read, for a path that nothing is routed to as well.
    static func bodyLimit(method: String, path: String) -> Int {
        let row = table.first { $0.method.rawValue == method && matches($0.path, path) }
        return row?.bodyLimit ?? ControlLimits.bodyByteCount
    }

    private static func matches(_ template: String, _ path: String) -> Bool {
        let (names, parts) = (template.split(separator: "/"), path.split(separator: "/"))
        return names.count == parts.count
            && zip(names, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    /// A request's body; its sender is told to go on if it waits for that.
    private static func body(
        of request: Request,
        _ context: ControlRequestContext,
        upTo limit: Int
    ) async throws -> Data {
        context.channel.triggerUserOutboundEvent(MessageRules.BodyWanted(), promise: nil)
        return Data(try await request.body.collect(upTo: limit).readableBytesView)
    }

    /// A reply as JSON.
    static func json(_ reply: some ControlReply) throws -> Response { json(try ControlCoding.encode(reply)) }

    private static func json(_ data: Data) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: ControlHeader.json],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data))
        )
    }

    private static func get<Reply: ControlReply>(
        _ path: String,
        _ method: HTTPRequest.Method = .get,
        _ call: @escaping @Sendable (Request, Control) async throws -> Reply
    ) -> Row {
        Row(method: method, path: path, isChange: method != .get) { request, _, control in
            try json(try await call(request, control))
        }
    }

    private static func post<Body: Decodable & Sendable, Reply: ControlReply>(
        _ path: String,
        _ type: Body.Type,
        limit: Int = ControlLimits.bodyByteCount,
        _ call: @escaping @Sendable (Body, Control) async throws -> Reply
    ) -> Row {
        Row(method: .post, path: path, isChange: true, bodyLimit: limit) { request, context, control in
            let data = try await body(of: request, context, upTo: limit)
            return try json(try await call(try decode(type, data), control))
        }
    }

    /// A change that its sender may send again under the same key.
    private static func keyed<Body: Decodable & Sendable, Reply: ControlReply>(
        _ path: String,
        _ type: Body.Type,
        limit: Int = ControlLimits.bodyByteCount,
        _ call: @escaping @Sendable (Body, Control, RequestKey?) async throws -> Reply
    ) -> Row {
        Row(method: .post, path: path, isChange: true, bodyLimit: limit) { request, context, control in
            let data = try await body(of: request, context, upTo: limit)
            let body = try decode(type, data)
            guard let key = try requestKey(request, data) else {
                return try json(try await call(body, control, nil))
            }
            let reply = try await control.keyedRequests.reply(to: key, in: control.parts.store) {
                try ControlCoding.encode(try await call(body, control, key))
            }
            var response = json(reply.data)
            if reply.isReplayed, let name = HTTPField.Name(ControlHeader.replayed) {
                response.headers[name] = "true"
            }
            return response
        }
    }

    private static func decode<Body: Decodable>(_ type: Body.Type, _ data: Data) throws -> Body {
        do {
            return try ControlCoding.decode(type, from: data)
        } catch {
            throw Problem(.usage, "the request's body is not as expected: \(describe(error))")
        }
    }

    /// The key that a request came with; it names this method, path and body.
    private static func requestKey(_ request: Request, _ body: Data) throws -> RequestKey? {
        guard let name = HTTPField.Name(ControlHeader.idempotencyKey), let key = request.headers[name] else {
            return nil
        }
        guard (1...ControlLimits.keyLength).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw Problem(
                .usage,
                "\(ControlHeader.idempotencyKey) \"\(key.prefix(80))\" is not usable",
                hint: "use 1 to \(ControlLimits.keyLength) visible ASCII characters, such as a UUID"
            )
        }
        let head = "\(request.method.rawValue) \(request.uri.path)\n"
        return RequestKey(key, request: Array(head.utf8) + Array(body))
    }

    private static func roundID(_ context: ControlRequestContext) throws -> RoundID {
        RoundID(rawValue: try number(context, "round"))
    }

    private static func number(_ context: ControlRequestContext, _ name: String) throws -> Int {
        let text = context.parameters.get(name) ?? ""
        guard let number = Int(text), number >= 0 else {
            let verb = name == "round" ? "rounds" : "candidates"
            throw Problem(
                .usage,
                "\(name) \"\(text)\" is not a number",
                hint: "\"autodidact \(verb)\" lists them"
            )
        }
        return number
    }

    private static func lastEvent(_ request: Request) throws -> Int? {
        let header = HTTPField.Name(ControlHeader.lastEventID).flatMap { request.headers[$0] }
        let after = try count(request.uri.queryParameters.get(ControlQuery.after), ControlQuery.after)
        return try count(header, ControlHeader.lastEventID) ?? after
    }

    /// Spelled as the journal spells times.
    private static func lastEventTime(_ request: Request) throws -> String? {
        let name = HTTPField.Name(ControlHeader.lastEventTime)
        guard let text = name.flatMap({ request.headers[$0] }) else { return nil }
        guard text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/) != nil else {
            throw Problem(
                .usage,
                "\(ControlHeader.lastEventTime) \"\(text.prefix(80))\" is not a time",
                hint: "give the \"time\" of the event, such as 2026-01-31T17:52:10Z"
            )
        }
        return text
    }

    private static func candidateQuery(_ request: Request) throws -> Control.CandidateQuery {
        let parameters = request.uri.queryParameters
        var query = Control.CandidateQuery()
        query.filter.verdict = try enumerated(parameters.get(ControlQuery.verdict), ControlQuery.verdict)
        query.filter.reason = try enumerated(parameters.get(ControlQuery.reason), ControlQuery.reason)
        query.filter.question = try count(parameters.get(ControlQuery.question), ControlQuery.question)
            .map(QuestionID.init)
        query.filter.leastDSWeight = try number(parameters.get(ControlQuery.minDS), ControlQuery.minDS)
        query.filter.mostDSWeight = try number(parameters.get(ControlQuery.maxDS), ControlQuery.maxDS)
        (query.offset, query.limit) = try page(request)
        return query
    }

    private static func compareQuery(_ request: Request) throws -> Control.CompareQuery {
        let parameters = request.uri.queryParameters
        func round(_ name: String) throws -> RoundID {
            guard let number = try count(parameters.get(name), name) else {
                let hint = "name two rounds, \"a\" and \"b\"; 0 is the base model"
                throw Problem(.usage, "\(name) is missing", hint: hint)
            }
            return RoundID(rawValue: number)
        }
        var query = Control.CompareQuery(try round(ControlQuery.a), try round(ControlQuery.b))
        query.split = try enumerated(parameters.get(ControlQuery.split), ControlQuery.split) ?? query.split
        (query.offset, query.limit) = try page(request)
        return query
    }

    private static func page(_ request: Request) throws -> (offset: Int, limit: Int) {
        let parameters = request.uri.queryParameters
        let offset = try count(parameters.get(ControlQuery.offset), ControlQuery.offset) ?? 0
        let limit = try count(parameters.get(ControlQuery.limit), ControlQuery.limit)
        return (offset, min(limit ?? ControlLimits.defaultPageSize, ControlLimits.maximumPageSize))
    }

    private static func rollbackTarget(_ request: Request) throws -> RollbackTarget {
        let parameters = request.uri.queryParameters
        let round = try count(parameters.get(ControlQuery.round), ControlQuery.round)
        let isUndo = try flag(parameters.get(ControlQuery.undo), ControlQuery.undo) ?? false
        switch (round, isUndo) {
        case (let round?, false): return .round(RoundID(rawValue: round))
        case (nil, true): return .undo
        default: throw Control.noRollbackTarget
        }
    }

    /// One of the values of this version: an unknown one would find nothing and not say why.
    private static func enumerated<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String?,
        _ name: String
    ) throws -> Value? {
        guard let text else { return nil }
        guard let value = Value.allCases.first(where: { $0.rawValue == text }) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.usage, "\(name) \"\(text)\" is unknown", hint: "give one of \(names)")
        }
        return value
    }

    private static func count(_ text: String?, _ name: String) throws -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw Problem(.usage, "\(name) \"\(text)\" is not a whole number from 0 on")
        }
        return value
    }

    private static func flag(_ text: String?, _ name: String) throws -> Bool? {
        guard let text else { return nil }
        guard let value = Bool(text) else {
            throw Problem(.usage, "\(name) \"\(text)\" is neither true nor false")
        }
        return value
    }

    private static func number(_ text: String?, _ name: String) throws -> Double? {
        guard let text else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw Problem(.usage, "\(name) \"\(text)\" is not a number")
        }
        return value
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        // Clients know the fields by their names on the wire.
        case .keyNotFound(let key, _):
            return "field \"\(ControlCoding.snakeCase(key.stringValue))\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map { ControlCoding.snakeCase($0.stringValue) }.joined(
                separator: "."
            )
            return path.isEmpty
                ? "not JSON of the right form" : "field \"\(path)\": \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
