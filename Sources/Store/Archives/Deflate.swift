import CZlib
import Foundation

/// Bytes compressed by zlib, and back.
enum Deflate {
    /// What zlib reaches at best: more cannot be in that many bytes.
    private static let mostPerByte = 1_032

    /// Compresses bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The compressed bytes, with zlib's own checksum; nil without memory for them.
    static func compressed(_ bytes: UnsafeRawBufferPointer) -> Data? {
        var count = compressBound(uLong(bytes.count))
        var data = Data(count: Int(count))
        let isDone = data.withUnsafeMutableBytes { target in
            compress2(
                target.bindMemory(to: Bytef.self).baseAddress,
                &count,
                bytes.bindMemory(to: Bytef.self).baseAddress,
                uLong(bytes.count),
                Z_DEFAULT_COMPRESSION
            ) == Z_OK
        }
        guard isDone else { return nil }
        return data.prefix(Int(count))
    }

    /// Whether compressed bytes can hold that many, so that a damaged count takes no memory.
    static func canHold(_ count: Int, in data: Data) -> Bool {
        count > 0 && count / mostPerByte <= data.count
    }

    /// Expands bytes into a place for exactly as many as there were.
    ///
    /// - Parameters:
    ///   - data: The compressed bytes.
    ///   - target: Where the others go.
    /// - Returns: False if they are damaged, or not as many.
    static func expand(_ data: Data, into target: UnsafeMutableRawBufferPointer) -> Bool {
        var count = uLongf(target.count)
        let result = data.withUnsafeBytes { source in
            uncompress(
                target.bindMemory(to: Bytef.self).baseAddress,
                &count,
                source.bindMemory(to: Bytef.self).baseAddress,
                uLong(source.count)
            )
        }
        return result == Z_OK && Int(count) == target.count
    }
}
