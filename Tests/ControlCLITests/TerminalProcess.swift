import Foundation
import Glibc
import Synchronization

/// The real program in a pseudo-terminal of its own, as a person would run it.
final class TerminalProcess: Sendable {
    /// What is known of the terminal's modes that a program could leave changed.
    struct Modes: Equatable {
        var input: UInt32
        var output: UInt32
        var local: UInt32
    }

    /// The program under test.
    static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build/release/autodidact").path

    /// What a program sees of the environment: nothing of whoever runs the tests but where libraries lie.
    static let environment =
        ["PATH": "/usr/bin:/bin", "TERM": "xterm-256color"].merging(
            ProcessInfo.processInfo.environment.filter { $0.key == "LD_LIBRARY_PATH" }
        ) { $1 }

    private let pid: pid_t
    private let master: Int32
    private let slave: Int32
    private let received = Mutex<[UInt8]>([])

    /// Starts the program; it has nothing of this process's environment but what is given.
    init(_ arguments: [String], width: Int, height: Int = 24, environment: [String: String] = [:]) throws {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        var name = [CChar](repeating: 0, count: 128)
        var (one, other): (Int32, Int32) = (-1, -1)
        guard openpty(&one, &other, &name, nil, &size) == 0 else { throw POSIXError(.EIO) }
        (master, slave) = (one, other)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let variables = Self.environment.merging(environment) { $1 }
        pid = try Self.spawn(arguments, on: path, variables)
    }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(slave)
        close(master)
    }

    /// Everything written so far.
    var text: String { received.withLock { String(decoding: $0, as: UTF8.self) } }

    /// The terminal's modes at present.
    var modes: Modes {
        var state = termios()
        tcgetattr(master, &state)
        return Modes(input: state.c_iflag, output: state.c_oflag, local: state.c_lflag)
    }

    /// Types something.
    func type(_ text: String) { _ = Glibc.write(master, text, text.utf8.count) }

    /// Reads until what was written is as wanted; false when that does not come in time.
    func read(seconds: Double = 20, until isWanted: (String) -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            _ = readAvailable()
            if isWanted(text) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Reads to the end and returns the exit status; nil when the program goes on, or a signal ended it.
    func wait(seconds: Double = 20) async throws -> Int32? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            var word: Int32 = 0
            let hasEnded = waitid(pid, &word)
            while readAvailable() {}
            if hasEnded { return word & 0x7f == 0 ? word >> 8 & 0xff : nil }
            try await Task.sleep(for: .milliseconds(5))
        }
        return nil
    }

    private func waitid(_ pid: pid_t, _ word: inout Int32) -> Bool { waitpid(pid, &word, WNOHANG) == pid }

    private func readAvailable() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        received.withLock { $0 += buffer[..<count] }
        return true
    }

    /// A new session whose first opened terminal, this one, becomes its controlling terminal: Ctrl-C reaches
    /// it.
    private static func spawn(
        _ arguments: [String],
        on terminal: String,
        _ variables: [String: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        for descriptor: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, 0, descriptor) }
        var none = sigset_t()
        var interrupts = sigset_t()
        sigemptyset(&none)
        sigemptyset(&interrupts)
        sigaddset(&interrupts, SIGINT)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &interrupts)
        // The header spells POSIX_SPAWN_SETSID as a macro that Swift does not see: 0x80.
        let flags = 0x80 | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, program, &actions, &attributes, &argv, &envp)
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .EIO) }
        return child
    }
}
