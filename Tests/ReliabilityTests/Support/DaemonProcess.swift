import Foundation
import Glibc
import Synchronization

/// One run of `autodidactd`.
final class DaemonProcess: Sendable {
    /// How a process ended.
    enum Status: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    let pid: pid_t
    private let ended = Mutex<Status?>(nil)

    /// Starts one.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - environment: Variables beside those of this process.
    ///   - log: The file that takes what it prints.
    ///   - shell: What a shell does first, in whose place it then runs; `"$0" "$@"` is the daemon.
    /// - Throws: When it cannot be started.
    init(
        _ arguments: [String],
        environment: [String: String],
        log: String,
        shell: String? = nil
    ) throws {
        let daemon = TinyRun.programs + "/autodidactd"
        let program = shell == nil ? daemon : "/bin/sh"
        var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // What this process was started with must not reach the daemon.
        for name in variables.keys where name.hasPrefix("AUTODIDACT_") && environment[name] == nil {
            variables[name] = nil
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let prefix = shell.map { ["sh", "-c", $0] } ?? []
        var argv = (prefix + [daemon] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, program, &actions, nil, &argv, &envp)
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .EIO) }
        pid = child
    }

    deinit { if status() == nil { kill(pid, SIGKILL); _ = waitBlocking() } }

    /// Sends a signal unless the process has ended.
    func signal(_ number: Int32) { if status() == nil { kill(pid, number) } }

    /// How it ended; nil while it runs.
    func status() -> Status? {
        ended.withLock { ended in
            if ended != nil { return ended }
            var word: Int32 = 0
            guard waitpid(pid, &word, WNOHANG) == pid else { return nil }
            ended = Self.status(word)
            return ended
        }
    }

    /// Waits for the end; kills and reports SIGKILL after a minute and a half.
    func wait(seconds: Double = 90) async throws -> Status {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let status = status() { return status }
            try await Task.sleep(for: .milliseconds(4))
        }
        signal(SIGKILL)
        return waitBlocking()
    }

    private func waitBlocking() -> Status {
        ended.withLock { ended in
            if let ended { return ended }
            var word: Int32 = 0
            waitpid(pid, &word, 0)
            let status = Self.status(word)
            ended = status
            return status
        }
    }

    private static func status(_ word: Int32) -> Status {
        word & 0x7f == 0 ? .exited(word >> 8 & 0xff) : .signalled(word & 0x7f)
    }
}
