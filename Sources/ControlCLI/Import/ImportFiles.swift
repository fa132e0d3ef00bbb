import ControlAPI
import Crypto
import Foundation
import Loop

/// The files that an import reads, unpacked, with what `import.json` keeps of them.
struct ImportFiles {
    /// Most bytes of one file, packed or not.
    static let byteLimit = 512 * 1024 * 1024

    /// The unpacked files.
    private(set) var sources: [ImportSource] = []
    /// SHA-256 of each file as it is on disk.
    private(set) var digests: [String] = []

    /// Reads files in order.
    ///
    /// - Parameters:
    ///   - paths: Each with the split that it is, if the person said so.
    ///   - path: Where programs are looked for.
    /// - Throws: `Problem` naming the file that cannot be read or unpacked.
    init(_ paths: [(path: String, split: Split?)], path: String) throws(Problem) {
        let unpacker = Unpacker(path: path, byteLimit: Self.byteLimit)
        for one in paths {
            let input = try InputFile(one.path, byteLimit: Self.byteLimit)
            guard input.data.count <= Self.byteLimit else {
                throw Problem(
                    .tooLarge,
                    "\(input.name) has more than \(Format.bytes(Self.byteLimit))",
                    hint: "give a part of it"
                )
            }
            digests.append(SHA256.hash(data: input.data).hex)
            sources.append(
                ImportSource(
                    name: input.name,
                    split: one.split,
                    bytes: try unpacker.unpacked(input.data, name: input.name)
                )
            )
        }
    }

    /// The questions in the files, divided.
    ///
    /// - Throws: `Problem` naming file and line.
    func questions(_ settings: ImportSettings) throws(Problem) -> ImportResult {
        do {
            return try Importer.run(sources, settings)
        } catch {
            throw Problem(error)
        }
    }
}
