import Glibc

/// When colour is used.
package enum ColorChoice: String, CaseIterable, Sendable {
    case auto, always, never
}

/// What is known about the terminal.
package struct Terminal: Sendable {
    /// Columns; nil when standard output is not a terminal.
    package var width: Int?
    /// Rows; nil when standard output is not a terminal.
    package var height: Int?
    /// Whether a person can be asked.
    package var canAsk: Bool

    package init(width: Int?, height: Int? = nil, canAsk: Bool = false) {
        self.width = width
        self.height = height
        self.canAsk = canAsk
    }

    /// Looks at the process's own streams; called again for each frame, since windows change size.
    package static func current() -> Terminal {
        let canAsk = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        guard isatty(STDOUT_FILENO) == 1 else { return Terminal(width: nil, canAsk: canAsk) }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return Terminal(
            width: isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80,
            height: isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24,
            canAsk: canAsk
        )
    }

    /// Whether to colour: `--color` wins, then NO_COLOR and TERM=dumb, then whether it is a terminal.
    package func isColored(_ choice: ColorChoice, environment: [String: String]) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto:
            width != nil && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        }
    }
}

/// Writes to the process's own streams without a buffer, so that every line of `watch` arrives at once.
package enum Output {
    package static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                // The reader has closed the pipe (`autodidact rounds | head`): end as a shell shows SIGPIPE.
                exit(errno == EPIPE ? 141 : 74)
            }
        }
    }
}
