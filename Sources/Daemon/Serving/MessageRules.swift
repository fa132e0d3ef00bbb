import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1

/// Holds a connection to HTTP/1.1 as it is written (RFC 9110 and RFC 9112), between the parser and the
/// routes.
///
/// The routes see sound requests only, and need to know nothing of HEAD, of `Expect` or of HTTP/1.0: a reply
/// is framed here as its request can read it. What is not sound is answered here, after the replies to the
/// requests before it, and ends the connection.
final class MessageRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// An outbound event: the body of the request that is being answered will be read now.
    struct BodyWanted: Sendable {}

    /// A request that has arrived, in part at least, and whose reply has not ended.
    private struct Exchange {
        let isHead: Bool
        /// HTTP/1.0: no chunks, and the connection ends unless its sender asked otherwise.
        let isOld: Bool
        var keepsConnection: Bool
        /// Its sender waits to be told that the body is wanted.
        var expectsContinue: Bool
    }

    /// In the order of arrival; the first one is being answered.
    private var exchanges: [Exchange] = []
    /// Between the head and the end of a request, which may be answered before it has ended.
    private var isReading = false
    /// Sent once everything before it is answered.
    private var refusal: (problem: Problem, isHead: Bool)?
    /// Whatever else arrives is thrown away: nothing follows the last request of a connection.
    ///
    /// It is still read, because closing on unread bytes would take the reply away from its reader.
    private var isDeaf = false
    private var isOutputClosed = false

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            if let problem = RequestCheck.problem(of: head) {
                refuse(problem, isHead: head.method == .HEAD, context)
                return
            }
            let isOld = head.version == .http1_0
            let expectations = head.headers[canonicalForm: "expect"]
            let exchange = Exchange(
                isHead: head.method == .HEAD,
                isOld: isOld,
                keepsConnection: head.isKeepAlive,
                expectsContinue: !isOld && !expectations.isEmpty
            )
            exchanges.append(exchange)
            isReading = true
            // The one spelling that the server behind looks for.
            if !exchange.keepsConnection { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body:
            changeLast { $0.expectsContinue = false }
            context.fireChannelRead(data)
        case .end:
            changeLast { $0.expectsContinue = false }
            isReading = false
            if exchanges.last?.keepsConnection == false { isDeaf = true }
            context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isDeaf, error is HTTPParserError || error is ByteToMessageDecoderError { return }
        guard error is HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        guard isReading else {
            let detail = "the request cannot be read as HTTP: \(error)"
            refuse(Problem(.usage, detail, hint: "send it as RFC 9112 says"), isHead: false, context)
            return
        }
        // In the middle of a body: its reader answers, unless that has happened.
        isDeaf = true
        changeLast { $0.keepsConnection = false }
        if exchanges.isEmpty { end(context) }
        context.fireErrorCaught(error)
    }

    private func changeLast(_ change: (inout Exchange) -> Void) {
        guard !exchanges.isEmpty else { return }
        change(&exchanges[exchanges.count - 1])
    }

    // MARK: Replies

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOutputClosed, let exchange = exchanges.first else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if !(100..<200).contains(head.status.code) { exchanges[0] = frame(&head, for: exchange) }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            guard !exchange.isHead else {
                promise?.succeed(())
                return
            }
            context.write(data, promise: promise)
        case .end:
            exchanges.removeFirst()
            if exchange.isHead {
                // Not even the last chunk of an empty body.
                promise?.succeed(())
            } else {
                context.write(data, promise: promise)
            }
            if !exchange.keepsConnection {
                end(context)
            } else if exchanges.isEmpty, let refusal {
                send(refusal.problem, isHead: refusal.isHead, context)
            }
        }
    }

    /// Gives a reply the headers that say where it ends, and what becomes of the connection.
    private func frame(_ head: inout HTTPResponseHead, for exchange: Exchange) -> Exchange {
        var exchange = exchange
        // Its sender may send the body or not: where the next request would begin is unknown.
        if exchange.expectsContinue { exchange.keepsConnection = false }
        exchange.expectsContinue = false
        head.headers.remove(name: "transfer-encoding")
        if !head.status.mayHaveResponseBody {
            head.headers.remove(name: "content-length")
        } else if !head.headers.contains(name: "content-length") {
            // Without chunks, the end of the connection is the end of the reply.
            if exchange.isOld {
                exchange.keepsConnection = false
            } else {
                head.headers.add(name: "transfer-encoding", value: "chunked")
            }
        }
        if head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "close" }) {
            exchange.keepsConnection = false
        }
        head.headers.remove(name: "connection")
        if !exchange.keepsConnection {
            head.headers.add(name: "connection", value: "close")
        } else if exchange.isOld {
            head.headers.add(name: "connection", value: "keep-alive")
        }
        return exchange
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if exchanges.first?.expectsContinue == true {
            exchanges[0].expectsContinue = false
            let interim = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
        }
        promise?.succeed(())
    }

    // MARK: Refusals

    private func refuse(_ problem: Problem, isHead: Bool, _ context: ChannelHandlerContext) {
        isDeaf = true
        refusal = (problem, isHead)
        if exchanges.isEmpty { send(problem, isHead: isHead, context) }
    }

    private func send(_ problem: Problem, isHead: Bool, _ context: ChannelHandlerContext) {
        let data = (try? ControlCoding.encode(problem)) ?? Data()
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: problem.status),
            headers: [
                "Content-Type": ControlHeader.problem, "Content-Length": String(data.count),
                "Connection": "close", ControlVersion.headerName: ControlVersion.program,
            ]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: data)))), promise: nil)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
        end(context)
    }

    /// Ends our direction; its reader then ends the other one, or the idle timeout does.
    private func end(_ context: ChannelHandlerContext) {
        isDeaf = true
        isOutputClosed = true
        context.flush()
        context.close(mode: .output, promise: nil)
    }
}
