import Loop

/// Draws damaged versions of a good input from a seed.
struct Mutator {
    private static let words: [String] = [
        "-1", "0", "4294967296", "9223372036854775807", "1e999", "NaN", "null", "true", "[]", "{}", "\"\"",
        "\\ud800",
        "../../etc/passwd", "\u{0}", "99999999999999999999999e9999", "&a *a !!", "\t- ", "\r\n\r\n",
        String(repeating: "[", count: 3000), String(repeating: #"{"a":"#, count: 3000),
    ]

    private let random: Philox
    private var place: UInt32 = 0

    init(seed: UInt64) { random = Philox(seed: seed) }

    private mutating func below(_ limit: Int) -> Int {
        place &+= 1
        return Int(random.words(place, 0, 0, 0)[0]) % max(1, limit)
    }

    mutating func mutate(_ sample: [UInt8]) -> [UInt8] {
        var bytes = sample
        for _ in 0...below(3) {
            // Most structure lies at the beginning.
            let size = below(2) == 0 ? min(bytes.count, 4096) : bytes.count
            let at = below(size)
            let end = min(bytes.count, at + 1 + below(64))
            switch below(9) {
            case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(below(8))
            case 1 where at < bytes.count: bytes[at] = UInt8(below(256))
            case 2: bytes = Array(bytes.prefix(at))
            case 3: bytes.removeSubrange(min(at, end)..<end)
            case 4: bytes.insert(contentsOf: bytes[min(at, end)..<end], at: min(at, bytes.count))
            case 5: for index in min(at, end)..<end { bytes[index] = [0, 0xff][below(2)] }
            case 6:
                bytes.insert(contentsOf: Self.words[below(Self.words.count)].utf8, at: min(at, bytes.count))
            case 7 where at + 8 <= bytes.count:
                let number = [UInt64.max, 1 << 63, 1 << 32, 0x7fff_ffff, 0, 1][below(6)]
                for index in 0..<8 {
                    bytes[at + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
                }
            default:
                if let digit = bytes[min(at, bytes.count)...].firstIndex(where: { (48...57).contains($0) }) {
                    bytes[digit] = UInt8(48 + below(10))
                }
            }
        }
        return bytes
    }
}
