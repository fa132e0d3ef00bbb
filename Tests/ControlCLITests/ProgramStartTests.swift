import Foundation
import Glibc
import Testing

/// The command line with less than it needs from whoever started it.
struct ProgramStartTests {
    @Test(arguments: [SIGQUIT, SIGABRT])
    func `a signal that is meant to end the program ends it, whatever tool chain is installed`(
        number: Int32
    ) async throws {
        let (process, messages) = Self.program(["watch", "--wait", "--socket", "/nonexistent/socket"])
        try process.run()
        // It follows the daemon now, and would do so for ever.
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("waiting for the daemon") {
            let more = messages.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            said += more
        }

        kill(process.processIdentifier, number)

        let rest = messages.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
        #expect(!String(decoding: rest, as: UTF8.self).contains("crashed"))
    }

    @Test(arguments: [("<&- 2>&-", Int32(0)), (">&-", 74)])
    func `without standard streams it does what it can, and says by its status what it could not`(
        closed: String,
        status: Int32
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", #"exec "$0" version \#(closed)"#, TerminalProcess.program]
        process.environment = TerminalProcess.environment.merging(["AUTODIDACT_SOCKET": "/nonexistent"]) {
            $1
        }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice

        try process.run()
        process.waitUntilExit()

        #expect(process.terminationReason == .exit && process.terminationStatus == status)
    }

    private static func program(_ arguments: [String]) -> (Process, messages: Pipe) {
        let process = Process()
        process.executableURL = URL(filePath: TerminalProcess.program)
        process.arguments = arguments
        process.environment = TerminalProcess.environment
        let pipe = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        return (process, pipe)
    }
}
