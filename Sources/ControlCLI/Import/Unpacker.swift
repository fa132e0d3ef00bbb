package import ControlAPI
package import Foundation
import Glibc
import Loop

/// Unpacks gzip and Zstandard with the programs of those names.
package struct Unpacker {
    /// Where programs are looked for, as in PATH.
    let path: String
    /// Most bytes that come out.
    let byteLimit: Int

    package init(path: String, byteLimit: Int) {
        self.path = path
        self.byteLimit = byteLimit
    }

    /// The bytes as they were before they were packed.
    ///
    /// - Parameters:
    ///   - data: The file's bytes, packed or not.
    ///   - name: What messages call the file.
    /// - Returns: The bytes.
    /// - Throws: `Problem` when the program is missing, refuses the file, or writes too much.
    package func unpacked(_ data: Data, name: String) throws(Problem) -> [UInt8] {
        let packing = SourceBytes.packing(of: data)
        guard packing != .none else { return [UInt8](data) }
        let program = try find(packing, for: name)
        let input = try Self.spooled(data)
        let process = Process()
        let (output, messages) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-dc"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = messages
        let result: Data
        do {
            try process.run()
            result = try output.fileHandleForReading.read(upToCount: byteLimit + 1) ?? Data()
        } catch {
            if process.isRunning { process.terminate() }
            throw Problem(.noInput, "cannot unpack \(name) with \(program): \(error.localizedDescription)")
        }
        guard result.count <= byteLimit else {
            process.terminate()
            process.waitUntilExit()
            throw Problem(
                .tooLarge,
                "\(name) has more than \(Format.bytes(byteLimit)) when it is unpacked",
                hint: "unpack it and give a part of it"
            )
        }
        let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Problem(
                .invalid,
                "\(packing.rawValue) cannot unpack \(name): \(said.split(whereSeparator: \.isNewline).first ?? "no reason given")",
                hint: "it may be cut off or damaged; fetch it again"
            )
        }
        return [UInt8](result)
    }

    private func find(_ packing: SourceBytes.Packing, for name: String) throws(Problem) -> String {
        for directory in path.split(separator: ":")
        where access("\(directory)/\(packing.rawValue)", X_OK) == 0 {
            return "\(directory)/\(packing.rawValue)"
        }
        throw Problem(
            .noInput,
            "\(name) is packed with \(packing.rawValue), and there is no program \(packing.rawValue) in PATH",
            hint: "install \(packing.rawValue), or unpack the file first"
        )
    }

    /// A nameless file with the data: what is read may have been a pipe.
    private static func spooled(_ data: Data) throws(Problem) -> FileHandle {
        // mkstemp replaces six of this letter.
        let name = NSTemporaryDirectory() + "autodidact-import-" + String(repeating: "X", count: 6)
        var template = Array(name.utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Problem(.storage, "cannot write to \(NSTemporaryDirectory())") }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: data)
            try handle.seek(toOffset: 0)
        } catch {
            throw Problem(
                .storage,
                "cannot write to \(NSTemporaryDirectory()): \(error.localizedDescription)"
            )
        }
        return handle
    }
}
