import Engine
import Foundation
import Glibc
import Loop

/// A first look at the model's files, for `--check` and before minutes of loading.
package enum ModelCheck {
    /// Checks that the path holds a GGUF file or a Hugging Face directory.
    ///
    /// - Parameter path: The model's path.
    /// - Throws: `DaemonError` naming the path and the remedy.
    package static func run(_ path: String) throws(DaemonError) {
        var isDirectory = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw DaemonError(
                .invalidConfiguration,
                "model: \(path) does not exist; correct the path, or fetch the model with scripts/setup"
            )
        }
        if isDirectory.boolValue {
            for name in [FileName.modelConfiguration, FileName.tokenizer]
            where !FileManager.default.fileExists(atPath: path + "/" + name) {
                throw DaemonError(
                    .engineUnavailable,
                    "model: directory \(path) has no \(name); give a Hugging Face model directory, or a GGUF file"
                )
            }
            return try checkTokenizer(path)
        }
        // Opening a pipe would wait for somebody to write into it.
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DaemonError(
                .engineUnavailable,
                "model: \(path) is not a regular file; give a GGUF file, or a Hugging Face model directory"
            )
        }
        let header = try header(of: path)
        guard header.count == GGUFHeader.byteCount || FileKind.stranger(header) != nil else {
            throw DaemonError(
                .engineUnavailable,
                "model: \(path) ends after \(header.count) bytes, within its header; fetch it again"
            )
        }
        guard GGUFHeader.hasMagic(header) else {
            if let kind = FileKind.stranger(header) {
                throw DaemonError(.engineUnavailable, "model: cannot read \(path): \(kind)")
            }
            throw DaemonError(
                .engineUnavailable,
                "model: \(path) is not a GGUF file; give a GGUF file, or a Hugging Face model directory"
            )
        }
        let version = GGUFHeader.version(header)
        guard GGUFHeader.versions.contains(version) else {
            throw DaemonError(
                .engineUnavailable,
                "model: \(path) is GGUF version \(version), only 2 and 3 are read; convert it again with a current converter"
            )
        }
    }

    private static func checkTokenizer(_ path: String) throws(DaemonError) {
        do {
            try ModelTokens.checkSize(ofDirectory: path)
        } catch {
            let message = (error as? EngineError)?.message ?? "\(error)"
            throw DaemonError(.engineUnavailable, "model: \(message)", cause: error)
        }
    }

    private static func header(of path: String) throws(DaemonError) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            return Array(try file.read(upToCount: GGUFHeader.byteCount) ?? Data())
        } catch {
            throw DaemonError(
                .permission,
                "model: cannot read \(path); check its owner and mode",
                cause: error
            )
        }
    }
}
