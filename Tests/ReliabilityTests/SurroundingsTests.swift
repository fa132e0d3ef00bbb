import Foundation
import Glibc
import Testing

/// Whoever starts the daemon may give it less than it needs: it goes on without, or says in a sentence what
/// is missing.
@Suite(.serialized)
struct SurroundingsTests {
    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    func `closed standard streams change nothing about the rounds`(closed: String) async throws {
        let run = try TinyRun(rounds: 1)

        let daemon = try run.start(shell: #"exec "$0" "$@" \#(closed)"#)

        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
    }

    @Test func `no file of the state directory takes the number of a closed stream`() async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start([], shell: #"exec "$0" "$@" <&- >&- 2>&-"#)
        _ = try #require(try await run.waitForStatus(), "\(String(describing: daemon.status()))")

        for descriptor in 0...2 {
            let link = "/proc/\(daemon.pid)/fd/\(descriptor)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
        }

        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    @Test func `a refusal has its exit status though nobody can read why`() async throws {
        let run = try TinyRun(rounds: 1, settings: ["vote": "{minVotes: none}"])

        let daemon = try run.start(shell: #"exec "$0" "$@" <&- >&- 2>&-"#)

        #expect(try await daemon.wait() == .exited(78))
    }

    @Test func `a standard error without room ends no round`() async throws {
        let run = try TinyRun(rounds: 1)

        let daemon = try run.start(shell: #"exec "$0" "$@" 2>/dev/full"#)

        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    @Test func `a standard error that nobody reads any more ends no round`() async throws {
        let run = try TinyRun(rounds: 1)
        let file = run.folder + "/status"

        // The shell waits for all of the pipeline.
        let shell = try run.start(shell: #"{ "$0" "$@" 2>&1; echo $? >"\#(file)"; } | true"#)

        #expect(try await shell.wait() == .exited(0))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "0\n")
        try run.expectSound()
    }

    @Test func `too few descriptors are refused in one sentence, with how many are needed`() async throws {
        let run = try TinyRun(rounds: 1)

        let daemon = try run.start(shell: #"ulimit -n 20; exec "$0" "$@""#)

        #expect(try await daemon.wait() == .exited(71), "\(run.log)")
        let lines = run.log.split(separator: "\n")
        #expect(lines.count == 1, "\(run.log)")
        #expect(run.log.contains("only 20 files may be open at once"))
        #expect(run.log.firstMatch(of: /[0-9]{2,} are needed; raise the limit: "ulimit -n [0-9]+"/) != nil)
        #expect(!FileManager.default.fileExists(atPath: run.state))
    }

    @Test func `as many descriptors as it asks for are enough`() async throws {
        let run = try TinyRun(rounds: 1)
        let count = 64 + 4 * ProcessInfo.processInfo.processorCount

        let daemon = try run.start(shell: #"ulimit -n \#(count); exec "$0" "$@""#)

        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
    }

    @Test func `a low limit that may be raised is raised`() async throws {
        let run = try TinyRun(rounds: 1)

        let daemon = try run.start(shell: #"ulimit -S -n 20; exec "$0" "$@""#)

        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
    }

    @Test(arguments: [SIGABRT, SIGQUIT])
    func `a signal that is meant to end the process ends it, whatever tool chain is installed`(
        number: Int32
    ) async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start(
            [],
            environment: ["SWIFT_BACKTRACE": "enable=yes,interactive=no"],
            // Nothing is to be written into the current directory.
            shell: #"ulimit -c 0; exec "$0" "$@""#
        )
        _ = try #require(try await run.waitForStatus(), "\(run.log)")

        daemon.signal(number)

        #expect(try await daemon.wait(seconds: 1) == .signalled(number), "\(run.log)")
        #expect(!run.log.contains("Program crashed"))
        // What a kill leaves is taken up again.
        let again = try run.start([])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")
        again.signal(SIGTERM)
        #expect(try await again.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
    }

    @Test func `a signal that was ignored where it was started ends it all the same`() async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start([], shell: #"trap "" QUIT ABRT; ulimit -c 0; exec "$0" "$@""#)
        _ = try #require(try await run.waitForStatus(), "\(run.log)")

        daemon.signal(SIGABRT)

        #expect(try await daemon.wait(seconds: 1) == .signalled(SIGABRT), "\(run.log)")
    }
}
