import ControlCLI
import Foundation
import Testing

/// Paths from a configuration to what it names.
struct FolderPathTests {
    @Test(arguments: [
        ("/a/models/m.gguf", "/a/my", "../models/m.gguf"), ("/a/my/m.gguf", "/a/my", "m.gguf"),
        ("/b/m", "/a/my/deep", "../../../b/m"), ("/m", "/", "m"),
    ])
    func `a path is written from another folder`(path: String, folder: String, relative: String) {
        #expect(FolderPath.relative(path, to: folder) == relative)
    }

    @Test func `links on the way are resolved, the model's own name is not`() throws {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = FileManager.default
        try files.createDirectory(atPath: directory + "/deep/real", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: directory + "/link", withDestinationPath: "deep/real")
        try files.createSymbolicLink(atPath: directory + "/deep/m.gguf", withDestinationPath: "x")
        let root = FolderPath.physical(directory, keepsName: false)

        #expect(FolderPath.physical(directory + "/link/new", keepsName: false) == root + "/deep/real/new")
        #expect(FolderPath.physical(directory + "/link/../m.gguf", keepsName: true) == root + "/deep/m.gguf")
    }
}
