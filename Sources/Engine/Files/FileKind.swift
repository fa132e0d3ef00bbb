/// Files that people get by accident in place of the one they wanted.
package enum FileKind {
    /// What a file is that is not the one expected, and what to do; nil if it is none of the known accidents.
    ///
    /// - Parameter bytes: The file's first bytes; two dozen are enough.
    /// - Returns: A clause for a message, without a full stop.
    package static func stranger(_ bytes: some Sequence<UInt8>) -> String? {
        let start = String(decoding: Array(bytes.prefix(256)), as: UTF8.self).lowercased()
        let text = start.drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" })
        if text.hasPrefix("version https://git-lfs") {
            return "it is a Git LFS pointer, not the file itself; run \"git lfs pull\" in its directory"
        }
        if ["<!doctype", "<html", "<head", "<?xml", "<!--"].contains(where: { text.hasPrefix($0) }) {
            return "it is a web page, not the file itself; download the file, not the page that shows it"
        }
        return nil
    }
}
