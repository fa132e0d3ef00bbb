import Foundation

/// Finds the error in a Python program's log.
enum LogFile {
    /// Bytes at the end that are read.
    private static let tail: UInt64 = 64 << 10

    /// Its size now, to tell later lines from earlier ones.
    static func size(of path: String) -> UInt64 {
        ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? nil) ?? 0
    }

    /// The last exception that does not merely point at another one, such as `ValueError: no room`; nil
    /// without one.
    static func lastError(in path: String, from start: UInt64) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else {
            return nil
        }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: max(start, size > tail ? size - tail : 0))) != nil,
            let data = try? file.readToEnd()
        else {
            return nil
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        let errors = lines.compactMap { line in
            line.firstMatch(of: /\b[A-Z][A-Za-z]*(Error|Exception): .+/).map {
                String($0.output.0.prefix(300))
            }
        }
        let pointing = ["root cause", "ChildFailedError", "stack trace"]
        return errors.last { error in !pointing.contains { error.contains($0) } }
    }
}
