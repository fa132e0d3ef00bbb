import Foundation

/// Reads the lines that another program appends to a file, as they come.
struct ProgressFile {
    private let path: String
    private var offset: UInt64
    private var rest = Data()

    /// Starts after what the file holds already.
    init(_ path: String) {
        self.path = path
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64
        offset = (size ?? nil) ?? 0
    }

    /// The events among the lines added since the last call; other output of a launcher is skipped.
    mutating func events() -> [TrainerEvent] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: offset)) != nil, let data = try? file.readToEnd(), !data.isEmpty
        else { return [] }
        offset += UInt64(data.count)
        rest += data
        var events: [TrainerEvent] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if let event = Self.event(rest[rest.startIndex..<end]) { events.append(event) }
            rest = Data(rest[rest.index(after: end)...])
        }
        return events
    }

    /// A launcher such as srun may put a label before the line.
    private static func event(_ line: Data) -> TrainerEvent? {
        guard let start = line.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        return try? JSONDecoder().decode(TrainerEvent.self, from: Data(line[start...]))
    }
}
