import ControlAPI
import Foundation
import Glibc

/// Finds and runs `autodidactd`: only it can decode its settings, and the CLI must not import it.
enum DaemonProgram {
    static let name = "autodidactd"

    /// Looks in this program's directory, then in PATH.
    static func find(path: String) throws(Problem) -> String {
        var directories = path.split(separator: ":").map(String.init)
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            directories.insert(URL(fileURLWithPath: own).deletingLastPathComponent().path, at: 0)
        }
        for directory in directories where access("\(directory)/\(name)", X_OK) == 0 {
            return "\(directory)/\(name)"
        }
        throw Problem(
            .engine,
            "\(name) is neither in this program's directory nor in PATH",
            hint: "install it, or build it with \"make build\""
        )
    }

    /// Runs it and waits; returns both output streams as one text.
    static func run(_ program: String, _ arguments: [String]) throws(Problem) -> (
        status: Int32, output: String
    ) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            throw Problem(.engine, "cannot run \(program): \(error.localizedDescription)")
        }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
