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
    /// - Throws: `DaemonError` with key, path and the system's reason: `permission` where this user may not read it,
    ///   `invalid_configuration` else.
    static func data(_ path: String, of key: String) throws(DaemonError) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            let number = SystemFailure.number(of: error)
            let reason = number.map { String(cString: strerror($0)) } ?? error.localizedDescription
            let isDenied = number.map(SystemFailure.isDenied) ?? false
            throw DaemonError(
                isDenied ? .permission : .invalidConfiguration,
                "\(key): cannot read \(path): \(reason); "
                    + (isDenied
                        ? "let this user read it: look at its owner and mode"
                        : "correct the path in the configuration"),
                cause: error
            )
        }
    }
}
