import Testing

@Suite struct FileLengthTests {
    @Test func `no file is longer than 500 lines`() throws {
        let files = try SourceTree.swiftFiles(under: "Sources") + SourceTree.swiftFiles(under: "Tests")

        for file in files where file.lineCount > 500 {
            Issue.record("\(file.path) has \(file.lineCount) lines: split it, a file holds one idea")
        }
        #expect(files.count > 50)
    }
}
