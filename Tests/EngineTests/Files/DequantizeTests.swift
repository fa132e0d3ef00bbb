import Engine
import Foundation
import Kernels
import Testing

@Suite struct DequantizeTests {
    struct Recording: Decodable {
        struct Entry: Decodable {
            var name: String
            var type: UInt32
            var stored: Data
            var values: Data
        }
        var types: [Entry]
    }

    static func entries() throws -> [Recording.Entry] {
        let path = "\(TestFiles.fixtures)/dequantize.json"
        return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            .types
    }

    @Test func `every type widens to the bits the gguf package reads`() throws {
        for entry in try Self.entries() {
            let type = try #require(TensorType(rawValue: entry.type))
            let blocks = entry.stored.count / type.blockByteCount
            var values = [Float](repeating: 0, count: blocks * type.blockValueCount)

            let status = ad_dequantize(Int32(entry.type), &values, Array(entry.stored), Int64(blocks))

            #expect(status == 0)
            let expected = entry.values.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
            let wrong = zip(values, expected).filter { $0.bitPattern != $1 }.count
            #expect(values.count == expected.count && wrong == 0, "\(entry.name): \(wrong) values differ")
        }
    }

    @Test func `every type has a recording`() throws {
        #expect(Set(try Self.entries().map(\.type)) == Set(TensorType.allCases.map(\.rawValue)))
    }

    @Test(arguments: TensorType.allCases) func `block sizes agree between Swift and C`(_ type: TensorType) {
        #expect(ad_block_values(Int32(type.rawValue)) == Int64(type.blockValueCount))
        #expect(ad_block_bytes(Int32(type.rawValue)) == Int64(type.blockByteCount))
    }

    @Test func `an unknown type is refused and writes nothing`() {
        var values: [Float] = [7]

        let status = ad_dequantize(99, &values, [0, 0, 0, 0], 1)

        #expect(status == -1)
        #expect(values == [7])
    }
}
