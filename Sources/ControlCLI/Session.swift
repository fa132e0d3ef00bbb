package import ControlAPI

/// What a command works with: the daemon, the terminal, and where its output goes.
package struct Session: Sendable {
    /// The daemon.
    package var client: ControlClient
    /// The output as it is now; asked again for each frame of `watch`.
    package var terminal: @Sendable () -> Terminal
    /// Whether to colour.
    package var isColored: Bool
    /// Whether replies are printed as JSON.
    package var isJSON: Bool
    /// Environment variables.
    package var environment: [String: String]
    /// Writes to standard output, unbuffered.
    package var write: @Sendable (String) -> Void
    /// Writes to standard error, unbuffered.
    package var warn: @Sendable (String) -> Void
    /// Reads one line from standard input; nil at its end.
    package var readAnswer: @Sendable () -> String?

    /// Whether the daemon is the user's own service.
    var isOfUser: Bool { client.socketPath == SocketPath.user(environment) }

    /// The renderer for the terminal's current width.
    package var renderer: Renderer { Renderer(width: terminal().width, isColored: isColored) }

    /// Prints a reply: itself as one line of JSON, or what `render` makes of it.
    package func show<Reply: ControlReply>(_ reply: Reply, _ render: (Renderer) -> [String]) throws {
        guard !isJSON else { return try showJSON(reply) }
        write(render(renderer).map { $0 + "\n" }.joined())
    }

    /// Prints one line of JSON.
    package func showJSON(_ value: some Encodable) throws {
        write(String(decoding: try ControlCoding.encode(value), as: UTF8.self) + "\n")
    }
}

/// Ends the program with a status that is not a failure to report, such as `status` without a daemon.
package struct QuietExit: Error {
    package let status: Int32
}
