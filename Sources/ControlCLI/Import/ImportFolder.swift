import ControlAPI
import Foundation
import Glibc
import Loop

/// The folder that an import writes: all of its files or none, and never over another file.
struct ImportFolder {
    /// The worked examples.
    static let shots = "shots.txt"
    /// Questions that wait for a rationale.
    static let todo = "valid.todo.jsonl"
    /// Where the questions come from.
    static let record = "import.json"
    /// The configuration that `init` writes.
    static let configuration = "autodidact.yaml"

    /// Its path.
    let path: String
    /// What writes it.
    var verb = "import"

    /// The name of a split's file.
    static func name(of split: Split) -> String { "\(split.rawValue).jsonl" }

    /// Everything that may be written there.
    private var names: [String] {
        Split.allCases.map(Self.name) + [Self.shots, Self.todo, Self.record]
            + (verb == "init" ? [Self.configuration] : [])
    }

    /// Refuses a folder that has files of these names.
    ///
    /// - Throws: `Problem` `exists` with every name.
    func check() throws(Problem) {
        let there = names.filter { access(file($0), F_OK) == 0 }
        guard there.isEmpty else {
            throw Problem(
                .exists,
                "\(path) already has \(there.joined(separator: ", ")), and \(verb) overwrites nothing",
                hint: hint
            )
        }
    }

    /// Writes files, each under a temporary name first; after a failure none of them is left.
    func write(_ files: [(name: String, text: String)]) throws(Problem) {
        let isNew = access(path, F_OK) != 0
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Problem(.storage, "cannot make the folder \(path): \(error.localizedDescription)")
        }
        if isNew { chmod(path, 0o755) }
        var written: [String] = []
        do throws(Problem) {
            for file in files {
                try write(file.text, as: file.name)
                written.append(file.name)
            }
            try synchronise()
        } catch {
            for name in written { unlink(file(name)) }
            if isNew { rmdir(path) }
            throw error
        }
    }

    private func write(_ text: String, as name: String) throws(Problem) {
        let temporary = file(".\(name).\(getpid())")
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(name) }
        defer { unlink(temporary) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                let problem = failure(name)
                close(descriptor)
                throw problem
            }
        }
        guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw failure(name) }
        // Unlike a rename, a link fails if somebody has made the file meanwhile; some file systems have none.
        if link(temporary, file(name)) == 0 { return }
        guard [EPERM, ENOTSUP, ENOSYS].contains(errno), access(file(name), F_OK) != 0,
            rename(temporary, file(name)) == 0
        else { throw failure(name) }
    }

    private func synchronise() throws(Problem) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("its list of files") }
        defer { close(descriptor) }
        // A file system that cannot do it says EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("its list of files") }
    }

    private var hint: String { "choose another folder" + (verb == "import" ? " with --into" : "") }

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    private func failure(_ name: String) -> Problem {
        let number = errno
        return Problem(
            SystemFailure.isDenied(number) ? .permission : number == EEXIST ? .exists : .storage,
            "cannot write \(name) in \(path): \(String(cString: strerror(number)))",
            hint: hint
        )
    }
}
