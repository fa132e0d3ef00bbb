import ControlAPI
import Hummingbird

/// `POST /v1/ask` with `Accept: text/event-stream`: the text while it is written, then the whole answer.
enum AskStream {
    /// How often an idle stream is written to; the first failure after its reader has disconnected cancels
    /// the answer.
    private static let heartbeat = Duration.seconds(1)

    /// Whether a request asks for a stream.
    static func isWanted(_ request: Request) -> Bool {
        request.headers[.accept]?.contains(ControlHeader.eventStream) == true
    }

    /// The reply.
    ///
    /// - Parameters:
    ///   - request: The question.
    ///   - control: The daemon.
    /// - Returns: A stream that ends with the answer or a problem.
    /// - Throws: `Problem` for the question itself, before any stream begins.
    static func response(_ request: AskRequest, _ control: Control) async throws -> Response {
        let asked = try await control.ready(request)
        let body = ResponseBody { writer in
            // The engine puts its pieces here and continues, however slow the reader is. There are at most as
            // many as an answer has tokens, and a heartbeat for each second until the deadline.
            let (items, feed) = AsyncStream.makeStream(of: Item.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    feed.yield(await end(of: asked, control) { feed.yield(.piece($0)) })
                    feed.finish()
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: heartbeat)
                        feed.yield(.heartbeat)
                    }
                }
                // A reader that has disconnected makes this throw, and the group then cancels the answer
                // between two tokens.
                for await item in items { try await writer.write(ByteBuffer(string: try item.text)) }
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: ControlHeader.eventStream, .cacheControl: "no-store"],
            body: body
        )
    }

    private enum Item: Sendable {
        case piece(String)
        case heartbeat
        case answer(AskReply)
        case problem(Problem)

        /// The block on the wire.
        var text: String {
            get throws {
                switch self {
                case .piece(let text): try ServerSentEvent(TextItem(text: text)).text
                case .heartbeat: ServerSentEvent.heartbeat
                case .answer(let reply): try ServerSentEvent(reply).text
                case .problem(let problem): try ServerSentEvent(problem).text
                }
            }
        }
    }

    private static func end(
        of asked: Control.AskedQuestion,
        _ control: Control,
        _ piece: @escaping @Sendable (String) -> Void
    ) async -> Item {
        do {
            return .answer(try await control.answer(asked, piece: piece))
        } catch {
            let problem = Problem(error)
            // Cancelled means that the reader has disconnected.
            if !Task.isCancelled { ProblemMiddleware.log(problem, path: ControlRoute.ask) }
            return .problem(problem)
        }
    }
}
