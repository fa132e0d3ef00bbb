import Foundation
import Glibc
import Synchronization

/// A judge's process with its three streams: lines go in, lines come out.
///
/// Everything here blocks, so it is used on one queue alone; only `end` may come from elsewhere.
final class JudgeChild: @unchecked Sendable {
    // Guarded by the queue of `ProgramJudge`, which calls `ask` one at a time. `process` is set once.

    /// How asking has ended.
    enum Outcome {
        /// A line came, without its end.
        case line([UInt8])
        /// The deadline passed.
        case late
        /// It ended, closed its output, or wrote too much.
        case failed(String)
    }

    /// Longest line, bytes.
    private static let longest = 1 << 20
    /// What is kept of standard error, bytes.
    private static let tail = 2000

    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private let errors: Int32
    private var lines: [UInt8] = []
    private var complaint: [UInt8] = []
    private let isEnded = Mutex(false)

    /// Starts a program in a process group of its own.
    ///
    /// - Parameter words: The program and its arguments.
    /// - Throws: `ScaleOutError` `invalid_configuration` when it cannot be started.
    init(_ words: [String]) throws {
        var (ours, theirs): ([Int32], [Int32]) = ([], [])
        defer { theirs.forEach { close($0) } }
        // Sockets, because a write to a pipe that nobody reads would end the daemon.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        var pair: [Int32] = [0, 0]
        for _ in 0..<3 where socketpair(AF_UNIX, type, 0, &pair) == 0 {
            ours.append(pair[0])
            theirs.append(pair[1])
        }
        guard ours.count == 3 else {
            let why = String(cString: strerror(errno))
            ours.forEach { close($0) }
            throw ScaleOutError(.invalidConfiguration, "cannot make sockets for the judge: \(why)")
        }
        (input, output, errors) = (ours[0], ours[1], ours[2])
        for file in ours { _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK) }
        do {
            process = try Self.spawn(words, theirs)
        } catch {
            ours.forEach { close($0) }
            throw error
        }
    }

    deinit {
        end()
        reap()
        for file in [input, output, errors] { close(file) }
    }

    /// What it has written to standard error last; empty for nothing.
    var lastWords: String {
        String(decoding: complaint, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Kills it and everything that it has started.
    func end() {
        isEnded.withLock { isEnded in
            guard !isEnded else { return }
            isEnded = true
            kill(-process, SIGKILL)
        }
    }

    /// Sends one line and waits for one.
    ///
    /// - Parameters:
    ///   - line: The line with its end.
    ///   - deadline: How long it may take.
    ///   - beat: Called each second: a wait that has a deadline is a sign of life.
    /// - Returns: The line, or why there is none.
    func ask(
        _ line: [UInt8],
        until deadline: ContinuousClock.Instant,
        beat: () -> Void = {}
    ) -> Outcome {
        var left = line[...]
        while true {
            if let end = lines.firstIndex(of: UInt8(ascii: "\n")) {
                let reply = Array(lines[..<end])
                lines.removeSubrange(...end)
                return .line(reply)
            }
            guard lines.count <= Self.longest else {
                return .failed("it wrote more than \(Self.longest >> 20) MB without a line's end")
            }
            guard let wait = Self.milliseconds(until: deadline) else { return .late }
            var files = [
                pollfd(fd: left.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&files, nfds_t(files.count), min(wait, 1000)) > 0 else {
                beat()
                continue
            }
            if files[2].revents != 0 { readErrors() }
            if files[0].revents != 0, !send(&left) { left = [] }
            if files[1].revents != 0, !readOutput() {
                readErrors()
                return .failed("it ended")
            }
        }
    }

    /// Whether the rest of a line may still be sent.
    private func send(_ left: inout ArraySlice<UInt8>) -> Bool {
        let count = left.withUnsafeBytes {
            Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        left = left.dropFirst(count)
        return true
    }

    /// Whether there may be more output.
    private func readOutput() -> Bool {
        guard let bytes = Self.read(output) else { return true }
        lines += bytes
        return !bytes.isEmpty
    }

    private func readErrors() {
        guard let bytes = Self.read(errors) else { return }
        complaint = (complaint + bytes).suffix(Self.tail)
    }

    /// What can be read now; empty at the end, nil when there is nothing yet.
    private static func read(_ file: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR ? nil : [] }
        return Array(bytes.prefix(count))
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32? {
        let left = deadline - .now
        guard left > .zero else { return nil }
        return Int32(
            clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        )
    }

    /// Takes the ended process off the kernel's list; one that hangs in the kernel is left there.
    private func reap() {
        for _ in 0..<400 {
            guard waitpid(process, nil, WNOHANG) == 0 else { return }
            usleep(5000)
        }
    }

    private static func spawn(_ words: [String], _ files: [Int32]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, file) in files.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(place))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID: a session of its own, so that the whole group can be killed.
        posix_spawnattr_setflags(&attributes, 0x80)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [
            strdup("PATH=/usr/local/bin:/usr/bin:/bin"), strdup("LANG=C.UTF-8"), nil,
        ]
        defer { environment.forEach { free($0) } }
        var process: pid_t = 0
        let fault = posix_spawnp(&process, words.first ?? "", &actions, &attributes, &arguments, &environment)
        guard fault == 0 else {
            throw ScaleOutError(
                .invalidConfiguration,
                "cannot start \(words.first ?? "nothing"): \(String(cString: strerror(fault))); install it"
            )
        }
        return process
    }
}
