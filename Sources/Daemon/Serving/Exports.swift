package import ControlAPI
import Foundation
import Glibc
package import Loop
import Store

/// Writes exports durably: under a temporary name, every file flushed, then renamed.
package struct Exports: Sendable {
    private let directory: String

    /// Exports below this directory.
    package init(directory: String) {
        self.directory = directory
    }

    /// Writes one export: what `fill` makes, and a model card with it.
    ///
    /// - Parameters:
    ///   - name: Its directory's name.
    ///   - card: The model card.
    ///   - fill: Makes the directory given and writes its files.
    /// - Returns: The path and the files with their sizes.
    /// - Throws: `Problem` for a bad or taken name, `DaemonError` when a file cannot be written, or what
    ///   `fill` throws; nothing is left behind then.
    package func write(
        _ name: String,
        card: FileContent,
        fill: @Sendable (String) async throws -> Void
    ) async throws -> (path: String, files: [ExportedFile]) {
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9._\-]{0,63}/) != nil, !name.contains("..") else {
            throw Problem(
                .usage,
                "export name \"\(name)\" is not usable",
                hint: "use up to 64 of a-z, 0-9, dot, dash and underscore, without \"..\""
            )
        }
        let path = directory + "/" + name
        // A unique name, so that two exports of one name do not write into each other; opening the state
        // removes what a kill leaves of it.
        let temporary = directory + "/.tmp-" + name + "-" + UUID().uuidString
        let files = FileManager.default
        // A broken link counts as existing too.
        guard (try? files.attributesOfItem(atPath: path)) == nil else { throw Self.isTaken(path) }
        do {
            // Not its parents: the state directory may have been moved away, and nothing belongs in its
            // place.
            if !files.fileExists(atPath: directory) {
                try files.createDirectory(atPath: directory, withIntermediateDirectories: false)
            }
            try await fill(temporary)
            try Data(card.bytes).write(to: URL(fileURLWithPath: temporary + "/" + card.name))
            let names = try files.contentsOfDirectory(atPath: temporary).sorted()
            let sizes = try names.map { name in
                let size = try files.attributesOfItem(atPath: temporary + "/" + name)[.size] as? Int
                return ExportedFile(name: name, byteCount: size ?? 0)
            }
            for name in names { try flush(temporary + "/" + name) }
            try flush(temporary)
            try publish(temporary, as: path)
            return (path, sizes)
        } catch let error as CocoaError {
            try? files.removeItem(atPath: temporary)
            guard let number = SystemFailure.number(of: error) else {
                throw DaemonError(
                    .fileFailed,
                    "cannot write \(path): \(error.localizedDescription); check the disk's space and health",
                    cause: error
                )
            }
            throw DaemonError.file("write", path, number)
        } catch {
            try? files.removeItem(atPath: temporary)
            throw error
        }
    }

    /// Copies a checkpoint's files as they are, except for its model card, which the export's own replaces.
    package static func copy(_ adapter: AdapterLocation, to path: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        for name in try files.contentsOfDirectory(atPath: adapter.path) where name != FileName.modelCard {
            try files.copyItem(atPath: adapter.path + "/" + name, toPath: path + "/" + name)
        }
    }

    /// Gives a complete directory its name.
    private func publish(_ temporary: String, as path: String) throws {
        Failpoint.reached("files.exports.rename")
        guard rename(temporary, path) == 0 else {
            if errno == EEXIST || errno == ENOTEMPTY { throw Self.isTaken(path) }
            throw DaemonError.file("rename \(temporary) to", path, errno)
        }
        Failpoint.reached("files.exports.renamed")
        do {
            try flush(directory)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private static func isTaken(_ path: String) -> Problem {
        Problem(.exists, "export \(path) already exists", hint: "choose another name, or remove it")
    }

    private func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw DaemonError.file("flush", path, errno)
        }
    }
}
