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

    /// Writes one export.
    ///
    /// - Parameters:
    ///   - name: Its directory's name.
    ///   - fill: Makes the directory given and writes its files.
    /// - Returns: The path and the files with their sizes.
    /// - Throws: `Problem` for a bad or taken name, or what `fill` throws.
    package func write(
        _ name: String,
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
        let temporary = directory + "/.tmp-" + name
        let files = FileManager.default
        // A link that leads nowhere is there, too.
        guard (try? files.attributesOfItem(atPath: path)) == nil else {
            throw Problem(
                .exists,
                "export \(path) is there already",
                hint: "choose another name, or remove it"
            )
        }
        do {
            try? files.removeItem(atPath: temporary)
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try await fill(temporary)
            let names = try files.contentsOfDirectory(atPath: temporary).sorted()
            for name in names { try flush(temporary + "/" + name) }
            try flush(temporary)
            Failpoint.reached("files.exports.rename")
            try files.moveItem(atPath: temporary, toPath: path)
            Failpoint.reached("files.exports.renamed")
            try flush(directory)
            let sizes = try names.map { name in
                let size = try files.attributesOfItem(atPath: path + "/" + name)[.size] as? Int
                return ExportedFile(name: name, byteCount: size ?? 0)
            }
            return (path, sizes)
        } catch {
            try? files.removeItem(atPath: temporary)
            throw error
        }
    }

    /// Copies a checkpoint's files as they are.
    package static func copy(_ adapter: AdapterLocation, to path: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        for name in try files.contentsOfDirectory(atPath: adapter.path) {
            try files.copyItem(atPath: adapter.path + "/" + name, toPath: path + "/" + name)
        }
    }

    private func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw DaemonError(
                .fileFailed,
                "cannot flush \(path): \(String(cString: strerror(errno))); check the disk's space and health"
            )
        }
    }
}
