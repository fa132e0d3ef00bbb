import Foundation

/// Just enough of the safetensors format to see that every number of a file is finite.
enum SafetensorsNumbers {
    /// Whether all F32, F16 and BF16 values are finite; false for a file that is not of the format.
    static func areFinite(_ path: String) -> Bool {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
            data.count >= 8
        else {
            return false
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(data.count - 8), length < 1 << 30,
            let header = try? JSONSerialization.jsonObject(with: data[8..<8 + Int(length)]) as? [String: Any]
        else { return false }
        let start = 8 + Int(length)
        for (name, value) in header where name != "__metadata__" {
            guard let tensor = value as? [String: Any], let type = tensor["dtype"] as? String,
                let offsets = tensor["data_offsets"] as? [Int], offsets.count == 2, offsets[0] >= 0,
                offsets[0] <= offsets[1], offsets[1] <= data.count - start
            else { return false }
            let bytes = data[start + offsets[0]..<start + offsets[1]]
            let isFinite = bytes.withUnsafeBytes { bytes in
                switch type {
                case "F32":
                    (0..<bytes.count / 4).allSatisfy { index in
                        bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self).isFinite
                    }
                case "F16", "BF16":
                    (0..<bytes.count / 2).allSatisfy { index in
                        let bits = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                        let exponent: UInt16 = type == "F16" ? 0x7c00 : 0x7f80
                        return bits & exponent != exponent
                    }
                default: true
                }
            }
            if !isFinite { return false }
        }
        return true
    }
}
