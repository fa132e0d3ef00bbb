/// Lays out a GGUF file, version 3: metadata and tensor table in front, then each tensor's data at a multiple
/// of 32 bytes, in the order in which the tensors were added.
///
/// Source: the GGUF specification of ggml.
struct GGUFWriter {
    /// A metadata value and its type in the file.
    enum Value {
        case u32(Int)
        case f32(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case i32s([Int32])
    }

    /// Every tensor begins at a multiple of this; the format's default, so that no key needs to say so.
    private static let alignment = 32

    private var metadata: [UInt8] = []
    private var metadataCount = 0
    private var table: [UInt8] = []
    private var tensorCount = 0
    private var dataByteCount = 0

    /// Adds a metadata entry; the caller gives each key once.
    mutating func set(_ key: String, _ value: Value) {
        Self.append(key, to: &metadata)
        Self.append(value, to: &metadata)
        metadataCount += 1
    }

    /// Adds a metadata entry as another file holds it: key, type and value.
    mutating func copy(_ entry: UnsafeRawBufferPointer) {
        metadata.append(contentsOf: entry)
        metadataCount += 1
    }

    /// Adds a tensor to the table.
    ///
    /// - Parameters:
    ///   - name: Its name in the file.
    ///   - shape: Its row-major shape; the file lists dimensions innermost first.
    ///   - type: How its values are stored; one value is one block.
    /// - Returns: How many zero bytes its data must be followed by.
    mutating func add(_ name: String, shape: [Int], type: TensorType) -> Int {
        Self.append(name, to: &table)
        Self.append(UInt32(truncatingIfNeeded: shape.count), to: &table)
        for size in shape.reversed() { Self.append(UInt64(size), to: &table) }
        Self.append(type.rawValue, to: &table)
        Self.append(UInt64(dataByteCount), to: &table)
        let byteCount = shape.reduce(type.blockByteCount, *)
        let padding = Self.padding(after: byteCount)
        dataByteCount += byteCount + padding
        tensorCount += 1
        return padding
    }

    /// Everything before the first tensor's data.
    var header: [UInt8] {
        var bytes = Array("GGUF".utf8)
        bytes.reserveCapacity(metadata.count + table.count + 64)
        Self.append(UInt32(3), to: &bytes)
        Self.append(UInt64(tensorCount), to: &bytes)
        Self.append(UInt64(metadataCount), to: &bytes)
        bytes += metadata
        bytes += table
        bytes.append(contentsOf: repeatElement(0, count: Self.padding(after: bytes.count)))
        return bytes
    }

    private static func padding(after byteCount: Int) -> Int {
        (alignment - byteCount % alignment) % alignment
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes += text.utf8
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
        // The numbers of the types are the format's.
        let (array, string, int32) = (UInt32(9), UInt32(8), UInt32(5))
        switch value {
        case .u32(let number):
            append(UInt32(4), to: &bytes)
            append(UInt32(clamping: number), to: &bytes)
        case .f32(let number):
            append(UInt32(6), to: &bytes)
            append(number.bitPattern, to: &bytes)
        case .bool(let flag):
            append(UInt32(7), to: &bytes)
            bytes.append(flag ? 1 : 0)
        case .string(let text):
            append(string, to: &bytes)
            append(text, to: &bytes)
        case .strings(let texts):
            for number in [array, string] { append(number, to: &bytes) }
            append(UInt64(texts.count), to: &bytes)
            for text in texts { append(text, to: &bytes) }
        case .i32s(let numbers):
            for number in [array, int32] { append(number, to: &bytes) }
            append(UInt64(numbers.count), to: &bytes)
            for number in numbers { append(number, to: &bytes) }
        }
    }
}
