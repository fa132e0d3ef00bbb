import Glibc

/// What a process needs from whoever started it, put right before it does anything else.
enum ProcessStart {
    /// Streams and signals, whatever was inherited.
    static func prepare() {
        openMissingStreams()
        restoreSignals()
    }

    /// Opens `/dev/null` in place of a standard stream that is closed.
    ///
    /// Otherwise the next file that is opened takes its number: log lines would go into the journal's file.
    private static func openMissingStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            guard open("/dev/null", O_RDWR) == descriptor else {
                let reason = String(cString: strerror(errno))
                StandardError.write(
                    "autodidactd: cannot open /dev/null in place of a closed standard stream: \(reason); "
                        + "start it with standard input, output and error open\n"
                )
                _exit(ExitStatus.system)
            }
        }
    }

    /// Lets the signals that are meant to end a process end it.
    ///
    /// Where a Swift tool chain is installed, its runtime has handlers for SIGABRT and SIGQUIT that show what
    /// every thread does, for minutes, and then return: the process goes on. systemd's watchdog sends SIGABRT
    /// to a process that hangs. A shell's background job inherits SIGQUIT ignored, and whoever blocks signals
    /// passes that on, too.
    private static func restoreSignals() {
        for number in [SIGABRT, SIGQUIT] { signal(number, SIG_DFL) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGABRT, SIGQUIT, SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A reader of standard error that goes away is no reason to end.
        signal(SIGPIPE, SIG_IGN)
    }
}
