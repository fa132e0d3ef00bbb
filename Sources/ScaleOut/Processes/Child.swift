import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program that the engine has started; its output goes to files, so that it neither waits for us nor dies
/// with us.
final class Child: Sendable {
    /// What finds it and its own children.
    let mark: ChildMark
    private let ended = Mutex<String?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: The program, looked up in PATH unless it is a path, and its arguments.
    ///   - variables: Added to our own environment.
    ///   - mark: What finds it later.
    ///   - output: File that standard output is appended to.
    ///   - errors: File that standard error is appended to; may be the same.
    /// - Throws: `ScaleOutError`.
    init(
        _ words: [String],
        variables: [String: String],
        mark: ChildMark,
        output: String,
        errors: String
    ) throws {
        guard let program = words.first, !program.isEmpty else {
            throw ScaleOutError(.invalidConfiguration, "a launch line is empty; name a program")
        }
        self.mark = mark
        var environment = Environment.inherit
        for (name, value) in variables.merging([ChildMark.variable: mark.value], uniquingKeysWith: { $1 }) {
            if let key = Environment.Key(rawValue: name) { environment = environment.updating([key: value]) }
        }
        var options = PlatformOptions()
        // Out of the terminal's process group: Ctrl-C is for the daemon, which ends its children in order.
        options.createSession = true
        let configuration = Configuration(
            executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(words.dropFirst())),
            environment: environment,
            platformOptions: options
        )
        let (out, err) = (try Self.open(output), try Self.open(errors))
        Task.detached { [self] in
            do {
                let result = try await run(
                    configuration,
                    input: .none,
                    output: .fileDescriptor(out, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(err, closeAfterSpawningProcess: true)
                )
                ended.withLock { $0 = "\(result.terminationStatus)" }
            } catch {
                ended.withLock { $0 = "cannot be started: \(error)" }
            }
        }
    }

    /// How it ended, such as `exited(1)`; nil while it runs.
    var end: String? { ended.withLock { $0 } }

    /// Ends it and all its children.
    ///
    /// Looks again until it has ended: one that is being started has no mark yet. Some seconds beyond its
    /// patience at most, because one may hang in the kernel.
    func stop(patience: Duration) async {
        await Task.detached { [self] in
            let clock = ContinuousClock()
            let last = clock.now + patience
            repeat {
                await mark.end(patience: patience)
                if end != nil { return }
                try? await Task.sleep(for: .milliseconds(20))
            } while clock.now < last
        }.value
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        } catch {
            throw ScaleOutError(.fileFailed, "cannot open \(path): \(error); check the disk", cause: error)
        }
    }
}
