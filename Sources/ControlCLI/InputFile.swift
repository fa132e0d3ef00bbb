import ControlAPI
import Foundation
import Glibc

/// What a person gives to be read: a file, a pipe such as the shell's `<(…)`, or standard input.
struct InputFile {
    /// What messages call it.
    let name: String
    /// What the journal keeps as the origin of its lines.
    let source: String
    /// Its content; one byte more than `byteLimit` if there is more.
    let data: Data

    /// Reads it to its end, or up to the limit: a pipe may never end.
    ///
    /// - Parameters:
    ///   - path: Its path; - is standard input.
    ///   - byteLimit: How much can be used.
    /// - Throws: `Problem` `no_input`.
    init(_ path: String, byteLimit: Int) throws(Problem) {
        let handle: FileHandle
        if path == "-" {
            (name, source) = ("standard input", "standard input")
            handle = .standardInput
        } else {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
            // Foundation reads a path only if it is a regular file, but any open descriptor.
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            var about = stat()
            let kind = fstat(descriptor, &about) == 0 ? about.st_mode & S_IFMT : 0
            guard kind != S_IFDIR else { throw Self.unreadable(path, EISDIR) }
            // The number in /dev/fd/63 says nothing a day later.
            (name, source) = (path, kind == S_IFREG ? URL(fileURLWithPath: path).lastPathComponent : "pipe")
        }
        do {
            data = try handle.read(upToCount: byteLimit + 1) ?? Data()
        } catch {
            throw Problem(.noInput, "cannot read \(name): \(error.localizedDescription)")
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> Problem {
        if code == ENOENT {
            return Problem(
                .noInput,
                "the file \(path) does not exist",
                hint: "give a file of questions"
            )
        }
        return Problem(.noInput, "cannot read \(path): \(String(cString: strerror(code)))")
    }
}
