import ArgumentParser
import Foundation
import FuzzInputs

/// Feeds damaged files to the engine's readers; a crash or a sanitizer's report is a defect.
@main
struct FuzzTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autodidact-fuzz",
        abstract: "Feeds damaged files to the engine's readers."
    )

    @Option(help: "The engine tests' fixtures.")
    var fixtures = "Tests/EngineTests/Fixtures"

    @Option(help: "Seconds per kind of file.")
    var seconds = 30.0

    @Option(help: "Which mutations.")
    var seed: UInt64 = 1

    mutating func run() throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        for input in try FuzzInput.all(fixtures: fixtures, scratch: scratch) {
            let (count, accepted) = try input.run(seconds: seconds, seed: seed)
            print("fuzz: \(input.name): \(count) inputs, \(accepted) accepted")
        }
    }
}
