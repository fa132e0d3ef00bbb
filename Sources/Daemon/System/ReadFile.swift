import Foundation
import Glibc
import Loop

/// Reads files that the configuration names.
enum ReadFile {
    /// The whole of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - key: The setting that names it.
    /// - Returns: Its bytes.
    /// - Throws: `DaemonError` with key, path and the system's reason: `permission` if this user may not read
    ///   it, `invalid_configuration` otherwise.
    static func data(_ path: String, of key: String) throws(DaemonError) -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw failure(path, key, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
        }
        // Opening a pipe would wait for somebody to write into it, and some devices never end.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw DaemonError(
                .invalidConfiguration,
                "\(key): \(path) is not a regular file; correct the path in the configuration"
            )
        }
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw failure(path, key, error)
        }
    }

    private static func failure(_ path: String, _ key: String, _ error: any Error) -> DaemonError {
        let number = SystemFailure.number(of: error)
        let reason = number.map { String(cString: strerror($0)) } ?? error.localizedDescription
        let isDenied = number.map(SystemFailure.isDenied) ?? false
        let remedy =
            isDenied
            ? "let this user read it: check its owner and mode" : "correct the path in the configuration"
        return DaemonError(
            isDenied ? .permission : .invalidConfiguration,
            "\(key): cannot read \(path): \(reason); \(remedy)",
            cause: error
        )
    }
}
