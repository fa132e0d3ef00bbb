import Foundation

/// Replays a recorded run of file operations up to a moment and gives what a disk may hold after a power cut
/// then.
struct PowerLossReplay {
    /// What an unflushed operation leaves.
    enum Model: CaseIterable, Sendable {
        /// Nothing: neither names nor bytes that were not flushed.
        case nothing
        /// Names are there, bytes are not: a journalling file system that writes its metadata first.
        case namesOnly
    }

    private struct Operation {
        var kind: Character
        var path: String
        var other: String
        var offset: Int
        var data: Data
    }

    /// A file or directory, as it is and as the disk surely has it.
    private final class Node {
        let isDirectory: Bool
        var content = Data()
        var durableContent = Data()
        var entries: [String: Node] = [:]
        var durableEntries: [String: Node] = [:]

        init(isDirectory: Bool) { self.isDirectory = isDirectory }
    }

    private var operations: [Operation] = []
    private let root: String

    /// Places just before a flush, when most is at risk, and just after it.
    private(set) var flushPoints: [Int] = []

    init(trace: String, root: String) throws {
        self.root = root
        let data = try Data(contentsOf: URL(filePath: trace), options: .alwaysMapped)
        var offset = 0
        while offset + 32 <= data.count {
            func number<Value: FixedWidthInteger>(_ place: Int, _ type: Value.Type) -> Int {
                let bytes = data[offset + place..<offset + place + MemoryLayout<Value>.size]
                return Int(bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
            }
            let kind = Character(UnicodeScalar(data[offset]))
            let sizes = [number(4, UInt32.self), number(8, UInt32.self), number(24, UInt64.self)]
            let place = number(16, Int64.self)
            var start = offset + 32
            let parts = sizes.map { size in
                defer { start += size }
                return data[start..<min(start + size, data.count)]
            }
            operations.append(
                Operation(
                    kind: kind,
                    path: String(decoding: parts[0], as: UTF8.self),
                    other: String(decoding: parts[1], as: UTF8.self),
                    offset: place,
                    data: parts[2]
                )
            )
            if kind == "f" { flushPoints += [operations.count - 1, operations.count] }
            offset = start
        }
    }

    /// Writes what the disk holds after the first operations and a power cut.
    func materialize(upTo count: Int, model: Model, at path: String) throws {
        let top = Node(isDirectory: true)
        for operation in operations.prefix(count) { apply(operation, to: top) }
        try write(top, to: path, model: model)
    }

    private func apply(_ operation: Operation, to top: Node) {
        let names = relative(operation.path)
        guard let name = names.last else {
            if operation.kind == "f" { top.durableEntries = top.entries }
            return
        }
        guard let parent = node(names.dropLast(), in: top) else { return }
        let node = parent.entries[name]
        switch operation.kind {
        case "m": parent.entries[name] = Node(isDirectory: true)
        case "c": parent.entries[name] = node ?? Node(isDirectory: false)
        case "t": node?.content = Data()
        case "u": parent.entries[name] = nil
        case "s":
            guard let node else { return }
            let length = operation.offset
            node.content =
                length <= node.content.count
                ? Data(node.content.prefix(length)) : node.content + Data(count: length - node.content.count)
        case "w":
            guard let node else { return }
            let end = operation.offset + operation.data.count
            if node.content.count < end { node.content += Data(count: end - node.content.count) }
            node.content.replaceSubrange(operation.offset..<end, with: operation.data)
        case "f":
            node?.durableContent = node?.content ?? Data()
            node?.durableEntries = node?.entries ?? [:]
        case "r":
            let target = relative(operation.other)
            guard let last = target.last, let directory = self.node(target.dropLast(), in: top) else {
                return
            }
            parent.entries[name] = nil
            directory.entries[last] = node
        default: break
        }
    }

    private func relative(_ path: String) -> ArraySlice<String> {
        path.dropFirst(root.count).split(separator: "/").map(String.init)[...]
    }

    private func node(_ names: ArraySlice<String>, in top: Node) -> Node? {
        names.reduce(top) { (node: Node?, name) in node?.entries[name] }
    }

    private func write(_ node: Node, to path: String, model: Model) throws {
        guard node.isDirectory else { return try node.durableContent.write(to: URL(filePath: path)) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let entries = model == .nothing ? node.durableEntries : node.entries
        for (name, child) in entries where name != "lock" && name != "control.sock" {
            try write(child, to: path + "/" + name, model: model)
        }
    }
}
