/// The printable alphabet in which GPT-2 style vocabularies spell raw bytes.
///
/// The 188 printable Latin-1 characters mean themselves; the other 68 bytes, in order, are U+0100 onwards
/// (so a space is U+0120). Source: Radford et al. 2019, the encoder released with GPT-2.
enum ByteAlphabet {
    /// The byte spelled by scalar U+0000 + index, or -1 if the scalar is not in the alphabet.
    private static let byteOfScalar: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        var next = 0x100
        for byte in 0..<256 {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            if isPrintable {
                table[byte] = Int16(byte)
            } else {
                table[next] = Int16(byte)
                next += 1
            }
        }
        return table
    }()

    /// The raw bytes of a vocabulary entry; its own UTF-8 when it is not spelled in the alphabet.
    static func bytes(of spelling: String) -> [UInt8] { spelled(spelling) ?? Array(spelling.utf8) }

    /// The raw bytes of a vocabulary entry; nil when it is not spelled in the alphabet: no text makes it.
    static func spelled(_ spelling: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(spelling.utf8.count)
        let table = byteOfScalar
        for scalar in spelling.unicodeScalars {
            guard scalar.value < table.count, table[Int(scalar.value)] >= 0 else {
                return nil
            }
            bytes.append(UInt8(truncatingIfNeeded: table[Int(scalar.value)]))
        }
        return bytes
    }

    /// The scalar that spells each byte.
    private static let scalarOfByte: [Unicode.Scalar] = {
        var scalars = [Unicode.Scalar](repeating: " ", count: 256)
        for (value, byte) in byteOfScalar.enumerated() where byte >= 0 {
            scalars[Int(byte)] = Unicode.Scalar(UInt16(value)) ?? " "
        }
        return scalars
    }()

    /// Bytes spelled in the alphabet, one scalar for each.
    static func spelling(of bytes: some Sequence<UInt8>) -> String {
        let table = scalarOfByte
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(table[Int(byte)]) }
        return String(text)
    }
}
