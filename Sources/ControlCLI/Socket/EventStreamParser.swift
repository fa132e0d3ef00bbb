package import ControlAPI

/// Cuts a byte stream of `text/event-stream` into blocks.
///
/// Chunks may end anywhere. Comments and unknown fields are ignored, several data lines are joined, a block
/// without data is dropped, as the HTML standard says.
package struct EventStreamParser {
    /// Longest line accepted, so that a broken peer cannot fill the memory; an answer with many candidates is
    /// long.
    package static let lineByteCount = 8 << 20

    private var line: [UInt8] = []
    private var endedWithReturn = false
    private var id: Int?
    private var name = ""
    private var data: [String] = []

    package init() {}

    /// Takes the next bytes.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(Problem) -> [ServerSentEvent] {
        var blocks: [ServerSentEvent] = []
        for byte in bytes {
            let isSecondHalf = endedWithReturn && byte == UInt8(ascii: "\n")
            endedWithReturn = byte == UInt8(ascii: "\r")
            if isSecondHalf { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let block = endLine() { blocks.append(block) }
                continue
            }
            guard line.count < Self.lineByteCount else {
                throw Problem(.badReply, "an event line is longer than \(Self.lineByteCount) bytes")
            }
            line.append(byte)
        }
        return blocks
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endBlock() }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.first == " " { value = value.dropFirst() }
        switch parts[0] {
        case "id": id = Int(value)
        case "event": name = String(value)
        case "data": data.append(String(value))
        default: break
        }
        return nil
    }

    private mutating func endBlock() -> ServerSentEvent? {
        defer { (id, name, data) = (nil, "", []) }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            id: id,
            name: name.isEmpty ? "message" : name,
            data: data.joined(separator: "\n")
        )
    }
}
