import Crypto
import Foundation
public import Loop

extension JudgeProgram {
    /// Files up to this size count by their content, larger ones by size and time of change.
    private static let contentLimit = 16 << 20

    /// SHA-256 over the names and contents of the files that it may read beside the system's: another program
    /// under the same name judges differently.
    func digest() -> String {
        var hash = SHA256()
        for path in files {
            add(path, to: &hash)
            let inside = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
            for name in inside.sorted() { add(path + "/" + name, to: &hash) }
        }
        return hash.finalize().hex
    }

    /// Adds a file's name and content; a directory, or what cannot be read, by its name alone.
    private func add(_ path: String, to hash: inout SHA256) {
        hash.update(data: Array(path.utf8) + [0])
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? NSNumber)?.intValue
        else { return }
        if size <= Self.contentLimit, let content = FileManager.default.contents(atPath: path) {
            hash.update(data: Array(SHA256.hash(data: content)))
        } else {
            let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            hash.update(data: Array("\(size) \(changed)".utf8))
        }
    }
}

extension JudgeSandbox {
    /// What a round's judge is, as `JudgeProgram.digest` says; nil for kinds that read by themselves.
    public func digest(_ configuration: RoundConfiguration) -> String? {
        let kind = configuration.vote.answerKind
        return kind == .judge || kind == .code ? program(configuration).digest() : nil
    }
}
