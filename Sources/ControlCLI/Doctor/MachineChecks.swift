import Foundation
import Glibc

/// What the machine offers: processor, memory, disk.
enum MachineChecks {
    /// Memory that the default model needs, in bytes.
    private static let modelMemory = 1_200_000_000

    static func all(stateDirectory: String) -> [Finding] {
        [processor(), memory(), disk(stateDirectory)]
    }

    private static func processor() -> Finding {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
        let words = Set(flags?.split(separator: " ").map(String.init) ?? [])
        let count = ProcessInfo.processInfo.activeProcessorCount
        let known = ["avx512f", "avx2", "asimd"].first { words.contains($0) }
        guard let known else {
            return Finding(
                "processor",
                .warning,
                "\(count) cores without AVX2: plain loops, several times slower",
                remedy: "use a machine with AVX2 or AVX-512 if there is one"
            )
        }
        return Finding("processor", .good, "\(count) cores, \(known)")
    }

    private static func memory() -> Finding {
        let total = Int(ProcessInfo.processInfo.physicalMemory)
        let text = Format.bytes(total)
        guard total < modelMemory else { return Finding("memory", .good, text) }
        return Finding(
            "memory",
            .warning,
            "\(text): less than the default model needs",
            remedy: "lower engine.rows, or use a smaller model"
        )
    }

    private static func disk(_ directory: String) -> Finding {
        var status = statvfs()
        // The state directory may not be there yet; its nearest ancestor is on the same disk.
        var path = directory
        while statvfs(path, &status) != 0 {
            guard path != "/", !path.isEmpty else {
                return Finding("disk", .warning, "cannot check \(directory)")
            }
            path = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let text = "\(Format.bytes(free)) free at \(path)"
        guard free < 1_000_000_000 else { return Finding("disk", .good, text) }
        return Finding(
            "disk",
            .warning,
            text,
            remedy: "free some space: the loop waits below storage.reserve, 256 MB unless set"
        )
    }
}
