import Foundation

/// A Swift file of the package.
struct SourceFile {
    /// Relative to the package's root.
    let path: String
    let text: String

    /// Lines, a last one without a line break included.
    var lineCount: Int {
        text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
    }

    /// Names of imported modules, in order.
    var imports: [String] {
        let pattern =
            /^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        // What is in a text of several lines is no code of this file.
        var isText = false
        return text.split(separator: "\n").compactMap { line in
            let wasText = isText
            if !line.ranges(of: "\"\"\"").count.isMultiple(of: 2) { isText.toggle() }
            return wasText ? nil : line.firstMatch(of: pattern).map { String($0.output.1) }
        }
    }
}

/// The package's own files, found from where this one lies.
enum SourceTree {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files under a directory of the package, in order of path; an error when it does not exist.
    static func swiftFiles(under directory: String) throws -> [SourceFile] {
        let base = root.appending(path: directory).resolvingSymlinksInPath()
        return try FileManager.default.subpathsOfDirectory(atPath: base.path)
            .filter { $0.hasSuffix(".swift") }
            .sorted()
            .map { path in
                let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
                return SourceFile(path: "\(directory)/\(path)", text: text)
            }
    }
}
