import ControlAPI
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import ServiceLifecycle

/// HTTP/1.1 on the Unix socket, as a service of the daemon's group.
///
/// Hummingbird's own server binds by path only; this one takes a bound socket, so that its mode is right
/// before anybody connects, and so that a service manager can hold it.
package struct ControlServer: Service {
    private typealias Connection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// Clients that open connections and send nothing must not keep others out; idle ones are dropped.
    private static let connectionLimit = 4096
    private static let backlog: CInt = 1024
    private static let idleTimeout = Duration.seconds(30)
    private static let headerByteCount = 16 * 1024

    private let socket: SocketPath
    private let control: Control
    private let onListening: @Sendable () async -> Void
    private let logger: Logger

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - socket: A path that was prepared.
    ///   - control: What the routes call.
    ///   - onListening: Called once clients can connect.
    package init(socket: SocketPath, control: Control, onListening: @escaping @Sendable () async -> Void) {
        self.socket = socket
        self.control = control
        self.onListening = onListening
        var logger = Logger(label: "autodidactd.http")
        logger.logLevel = .warning
        self.logger = logger
    }

    /// Serves until shutdown; event streams end first, then idle connections.
    package func run() async throws {
        let http = http()
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        let descriptor = try socket.bound()
        let mark = socket.mark
        defer { socket.remove(mark) }
        let listener: NIOAsyncChannel<Connection, Never>
        do {
            listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: Self.backlog)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(
                            AvailableConnectionsChannelHandler(maxConnections: Self.connectionLimit)
                        )
                        try pipeline.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                    }
                }
                .bind(descriptor) { [logger] channel in Self.connection(on: channel, logger) }
        } catch let error as IOError {
            throw DaemonError(.systemFailed, "cannot listen on \(socket.path): \(error)", cause: error)
        }
        await withGracefulShutdownHandler {
            await onListening()
            await serve(listener, http)
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: nil)
        }
    }

    private func serve(_ listener: NIOAsyncChannel<Connection, Never>, _ http: HTTP1Channel) async {
        await withDiscardingTaskGroup { group in
            do {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask { await http.handle(value: connection, logger: logger) }
                    }
                }
            } catch {
                logger.error("the socket accepts no more connections", metadata: ["error": "\(error)"])
            }
        }
    }

    private func http() -> HTTP1Channel {
        let responder = ControlRoutes.router(control).buildResponder()
        return HTTP1Channel { [logger] request, writer, channel in
            let source = ApplicationRequestContextSource(channel: channel, logger: logger)
            let context = ControlRequestContext(source: source)
            // Every error has become a problem in the first middleware.
            let response = try await responder.respond(to: request, context: context)
            try await writer.write(response: response.head, body: response.body)
        }
    }

    /// What a connection's bytes pass through: Hummingbird's own handlers, with ours between parser and
    /// types.
    private static func connection(on channel: any Channel, _ logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = headerByteCount
            limits.maxHeaderListSize = headerByteCount
            limits.maxHeaderFieldCount = 100
            // The rules say how a reply is framed: the encoder does not know its request.
            var encoding = HTTPResponseEncoder.Configuration()
            encoding.automaticallySetFramingHeaders = false
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: encoding,
                withDecoderLimitConfiguration: limits
            )
            try pipeline.addHandler(MessageRules())
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
            return try Connection(
                wrappingChannelSynchronously: channel,
                configuration: Connection.Configuration(isOutboundHalfClosureEnabled: true)
            )
        }
    }
}
