import Foundation
import Loop
import ScaleOut
import Synchronization

/// A directory of its own, an engine in it, and what the engine said.
final class Bench: Sendable {
    let directory: String
    let notes = Mutex<[String]>([])

    init() throws {
        // Short, for sockets lie in it.
        directory = "/tmp/so-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func server(_ name: String = "a") -> StubServer { StubServer("\(directory)/\(name).sock") }

    /// Settings whose deadlines suit a test.
    func settings(_ endpoints: [String] = []) -> ScaleOutSettings {
        var settings = ScaleOutSettings(directory: directory + "/scaleout", socket: directory + "/vllm.sock")
        settings.endpoints = endpoints
        settings.precision = .f32
        settings.inFlight = 2
        settings.timeouts.request = .seconds(10)
        settings.timeouts.start = .seconds(20)
        settings.timeouts.step = .seconds(20)
        settings.restarts = 1
        return settings
    }

    func engine(_ settings: ScaleOutSettings, model: ByteModel = ByteModel()) throws -> ScaleOutEngine {
        try ScaleOutEngine(
            model: model,
            path: directory + "/model.gguf",
            settings: settings,
            executor: DispatchExecutor(),
            note: { text in self.notes.withLock { $0.append(text) } }
        )
    }

    /// An adapter's directory; its name says what the stub server makes of it.
    func adapter(_ name: String, sha256: String) throws -> AdapterLocation {
        let path = "\(directory)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return AdapterLocation(path: path, sha256: sha256)
    }

    /// Writes a program and gives its path.
    func script(_ name: String, _ text: String) throws -> String {
        let path = "\(directory)/\(name)"
        try Data(("#!/bin/bash\n" + text).utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }
}

/// A queue as an executor.
final class DispatchExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "test engine")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
