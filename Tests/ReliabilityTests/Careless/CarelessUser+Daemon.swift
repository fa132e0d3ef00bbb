import Foundation
import Glibc

/// Starting and stopping.
extension CarelessUser {
    /// Starts a process and waits for nothing.
    func launch(
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> DaemonProcess {
        let folder = startFolder
        // A crash is to leave no core, which would look like a file out of place.
        return try run.start(
            arguments,
            environment: environment,
            shell: #"cd '\#(folder)' && ulimit -c 0 && exec "$0" "$@""#
        )
    }

    /// Starts the daemon, which must answer.
    func start(environment: [String: String] = [:]) async throws {
        daemon = try launch(environment: environment)
        hasJumpingClock = environment["FAULTS_CLOCK"] != nil
        try await settle()
        if model.firstCount == 0 { model.firstCount = try JournalLook(run.state).questions.count }
    }

    /// Waits until the daemon works again, or is paused as it should be; started again if it has ended with
    /// one of some statuses.
    func settle(orEndedWith statuses: [Int32] = []) async throws {
        let deadline = ContinuousClock.now + .seconds(40)
        let wanted = model.isPaused ? "paused" : "running"
        var last = "no answer"
        while ContinuousClock.now < deadline {
            if let status = daemon?.status() {
                guard case .exited(let number) = status, statuses.contains(number) else {
                    note("the daemon ended with \(status)")
                    return
                }
                daemon = try launch()
                return try await settle()
            }
            if let status = run.client.json("GET", "/v1/status") {
                last = "\(status["state"] ?? "") \(status["detail"] ?? "")"
                if status["state"] as? String == wanted { return }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        note("the daemon is not \(wanted) after 40 s: \(last)")
    }

    /// Stops in order, which ends with status 0 within fifteen seconds.
    func stop(_ signal: Int32 = SIGTERM) async throws {
        guard let daemon else { return }
        daemon.signal(signal)
        let status = try await daemon.wait(seconds: 15)
        expect(status == .exited(0), "a stop ended with \(status)")
        self.daemon = nil
    }

    /// Kills it.
    func kill() async throws {
        guard let daemon else { return }
        daemon.signal(SIGKILL)
        let status = try await daemon.wait()
        expect(status == .signalled(SIGKILL), "it had ended with \(status) before it was killed")
        self.daemon = nil
    }

    /// A start that must be refused and change nothing.
    func expectRefused(
        _ statuses: [Int32],
        _ why: String,
        environment: [String: String] = [:]
    ) async throws {
        let before = try StatePicture(run.state)
        let ended = try await launch(environment: environment).wait(seconds: 20)
        let isRefused = statuses.contains { ended == .exited($0) }
        expect(isRefused, "\(why): the start ended with \(ended), not with one of \(statuses)")
        let differences = try StatePicture(run.state).differences(from: before)
        expect(differences.isEmpty, "\(why): a refused start changed \(differences.joined(separator: "; "))")
    }

    /// Runs `autodidact` against the daemon.
    ///
    /// - Returns: Its exit status, and what it printed on both streams.
    func command(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "60", TinyRun.programs + "/autodidact"] + arguments
        process.currentDirectoryURL = URL(filePath: startFolder)
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AUTODIDACT_") }
        variables["AUTODIDACT_SOCKET"] = run.state + "/control.sock"
        process.environment = variables
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Runs a command that must end with one of some statuses.
    @discardableResult
    func expectCommand(_ arguments: [String], _ statuses: [Int32] = [0]) throws -> (
        status: Int32, text: String
    ) {
        let result = try command(arguments)
        expect(
            statuses.contains(result.status),
            "autodidact \(arguments.joined(separator: " ")) ended with \(result.status): \(result.text.prefix(400))"
        )
        return result
    }
}
