import ControlAPI
import Hummingbird

/// `POST /v1/ask` with `Accept: text/event-stream`: the text while it is written, then the whole answer.
enum AskStream {
    /// How often an idle stream is written to; the first failure after its reader has gone ends the answer.
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
    /// - Throws: What is wrong with the question itself, before any stream begins.
    static func response(_ request: AskRequest, _ control: Control) async throws -> Response {
        let asked = try await control.ready(request)
        let body = ResponseBody { writer in
            // The engine puts its pieces here and goes on, however slow the reader is. There are at most as many as
            // an answer has tokens, and a heartbeat for each second until the deadline.
            let (blocks, feed) = AsyncStream.makeStream(of: String.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { feed.finish() }
                    feed.yield(try await outcome(of: asked, control, feed).text)
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: heartbeat)
                        feed.yield(ServerSentEvent.heartbeat)
                    }
                }
                // A reader that has gone makes this throw, and the group then cancels the answer between two tokens.
                for await block in blocks { try await writer.write(ByteBuffer(string: block)) }
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

    private static func outcome(
        of asked: Control.AskedQuestion,
        _ control: Control,
        _ feed: AsyncStream<String>.Continuation
    ) async throws -> ServerSentEvent {
        do {
            let answer = try await control.answer(asked) { piece in
                if let block = try? ServerSentEvent(TextItem(text: piece)) { feed.yield(block.text) }
            }
            return try ServerSentEvent(answer)
        } catch {
            return try ServerSentEvent(Problem(error))
        }
    }
}
