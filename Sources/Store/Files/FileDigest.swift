import Crypto
import Loop

/// SHA-256 of bytes in memory, as lower-case hex.
enum FileDigest {
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Array(bytes))
        return hash.finalize().hex
    }

    static func hex(_ text: String) -> String { hex(text.utf8) }
}

extension [FileContent] {
    /// Each file's SHA-256 by its name; names must differ, see `checkNames`.
    var digests: [String: String] {
        Dictionary(uniqueKeysWithValues: map { ($0.name, FileDigest.hex($0.bytes)) })
    }
}
