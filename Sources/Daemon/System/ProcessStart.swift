import Glibc

/// What a process needs from whoever started it, put right before it does anything else.
enum ProcessStart {
    /// Streams and signals, whatever was inherited.
    static func prepare() {
        openMissingStreams()
        restoreSignals()
        explainBusErrors()
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

    /// Says why, in place of a bare signal, when a page of a mapped file cannot be read.
    ///
    /// Files are compared with what was opened before they are read, but one may be cut short while a large
    /// model is being hashed or loaded, and its disk may fail. With the status of `ExitStatus.inputOutput`,
    /// written out, since a signal handler must not be the first to use anything.
    private static func explainBusErrors() {
        signal(SIGBUS) { _ in
            let text: StaticString = """
                autodidactd: cannot read a file that is mapped into memory: the model or an adapter was cut \
                short while it was read, or its disk fails; check the file, then start again

                """
            _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(74)
        }
    }
}
