import Glibc

/// What the program needs from whoever started it, put right before it does anything else.
enum ProgramStart {
    /// Streams and signals, whatever was inherited.
    static func prepare() {
        openMissingStreams()
        restoreSignals()
    }

    /// Opens `/dev/null` in place of a standard stream that is closed, so that no socket takes its number.
    ///
    /// A result that nobody can see is still a failure: standard output cannot be written then.
    private static func openMissingStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }

    /// Lets Ctrl-\ and SIGABRT end the program.
    ///
    /// Where a Swift tool chain is installed, its runtime has handlers for them that show what every thread
    /// does and then return: the program goes on.
    private static func restoreSignals() {
        for number in [SIGABRT, SIGQUIT] { signal(number, SIG_DFL) }
    }
}
