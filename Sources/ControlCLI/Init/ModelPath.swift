import ControlAPI
import Foundation
import Glibc

/// The model that a person names: where it is, and what it is by its name.
struct ModelPath {
    /// As it was given.
    let given: String
    /// From the root, without links in its folder's part.
    let absolute: String
    /// Such as `a GGUF file`.
    let form: String

    /// Looks for the model; nothing of it is read.
    ///
    /// - Throws: `Problem` when it is not there, or neither a GGUF file nor a Hugging Face directory.
    init(_ given: String) throws(Problem) {
        self.given = given
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: given, isDirectory: &isDirectory) else {
            throw Problem(
                .noInput,
                "there is no model \(given)",
                hint: "give the path of a GGUF file or of a Hugging Face directory with --model"
            )
        }
        if isDirectory.boolValue {
            guard access(given + "/config.json", R_OK) == 0 else {
                throw Problem(
                    .invalid,
                    "the folder \(given) is no Hugging Face directory: it has no config.json",
                    hint: "give the folder with config.json, tokenizer and weights, or a GGUF file"
                )
            }
            form = "a Hugging Face directory"
        } else {
            guard given.lowercased().hasSuffix(".gguf") else {
                throw Problem(
                    .invalid,
                    "\(given) is no GGUF file by its name",
                    hint: "give a file that ends in .gguf, or a Hugging Face directory"
                )
            }
            form = "a GGUF file"
        }
        absolute = FolderPath.physical(given, keepsName: true)
    }

    /// The path as a configuration in a folder names it: whole if it was given so, else relative.
    func named(in folder: String) -> String {
        given.hasPrefix("/")
            ? given : FolderPath.relative(absolute, to: FolderPath.physical(folder, keepsName: false))
    }
}

/// Paths from one folder to another.
package enum FolderPath {
    /// The path from the root, with the links of the folders that are there resolved: `..` climbs as the system
    /// does.
    ///
    /// - Parameters:
    ///   - path: Any path.
    ///   - keepsName: Whether the last part stays as it is named, if it is a link itself.
    /// - Returns: The path; as it is where nothing of it is there.
    package static func physical(_ path: String, keepsName: Bool) -> String {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts = whole.split(separator: "/").map(String.init)
        let name = keepsName ? parts.last.flatMap { [".", ".."].contains($0) ? nil : $0 } : nil
        if name != nil { parts.removeLast() }
        var rest: [String] = []
        while true {
            let folder = "/" + parts.joined(separator: "/")
            if let real = realpath(folder, nil) {
                defer { free(real) }
                let resolved = String(cString: real)
                let all = resolved.split(separator: "/").map(String.init) + rest + [name].compactMap { $0 }
                return "/" + all.joined(separator: "/")
            }
            guard let last = parts.popLast() else { return whole }
            if last != "." { rest.insert(last, at: 0) }
        }
    }

    /// How a path is written in a folder; both from the root.
    package static func relative(_ path: String, to folder: String) -> String {
        let (to, from) = (path.split(separator: "/"), folder.split(separator: "/"))
        let shared = zip(to, from).prefix { $0 == $1 }.count
        let climb = Array(repeating: "..", count: from.count - shared)
        return (climb + to.dropFirst(shared).map(String.init)).joined(separator: "/")
    }
}
