import Engine
import Foundation
import Loop
import Testing

/// Adapters are the safetensors files that are both written and read, so the format is tested through them.
@Suite struct SafetensorsTests {
    static let header = """
        {"__metadata__":{"format":"pt"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}
        """

    /// A file of a header and eight data bytes.
    static func file(_ header: String, length: UInt64? = nil, data: Int = 8) -> [UInt8] {
        let text = Array(header.utf8)
        let prefix = withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) }
        return prefix + text + [UInt8](repeating: 0, count: data)
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let word: String
        var testDescription: String { word }

        init(_ bytes: [UInt8], _ word: String) {
            self.bytes = bytes
            self.word = word
        }
    }

    static func tensor(_ shape: String, _ offsets: String, dtype: String = "F32") -> String {
        #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    static let damages: [Damage] = [
        Damage([1, 2, 3], "fewer than 8"),
        Damage(file(header, length: 1 << 40), "header is"),
        Damage(file(header, length: .max), "header is"),
        Damage(file(header, length: 5), "not JSON"),
        Damage(file(" " + header), "begin with"),
        Damage(file("[]"), "begin with"),
        Damage(file(#"{"x":1,"x":2}"#), "twice"),
        Damage(file(#"{"x":{}}"#), "lacks"),
        Damage(file(#"{"__metadata__":{"a":1}}"#), "__metadata__.a"),
        Damage(file(#"{"x":\#(tensor("[2]", "[0,8]", dtype: "I64"))}"#), "dtype I64"),
        Damage(file(#"{"x":\#(tensor("[3]", "[0,8]"))}"#), "has 8 bytes"),
        Damage(file(#"{"x":\#(tensor("[-2]", "[0,8]"))}"#), "shape out of range"),
        Damage(file(#"{"x":\#(tensor("[4294967296,4294967296]", "[0,8]"))}"#), "shape out of range"),
        Damage(file(#"{"x":\#(tensor("[2.0]", "[0,8]"))}"#), "shape out of range"),
        Damage(file(#"{"x":\#(tensor("[2]", "[8,16]"))}"#), "outside"),
        Damage(file(#"{"x":\#(tensor("[2]", "[8,0]"))}"#), "outside"),
        Damage(file(#"{"x":\#(tensor("[1]", "[4,8]"))}"#), "hole or an overlap"),
        Damage(
            file(#"{"x":\#(tensor("[2]", "[0,8]")),"y":\#(tensor("[1]", "[4,8]"))}"#),
            "hole or an overlap"
        ),
        Damage(file(#"{"x":\#(tensor("[1]", "[0,4]"))}"#), "end at byte"),
        Damage(file(String(repeating: #"{"a":"#, count: 99)), "nesting"),
    ]

    @Test(arguments: damages) func `a hostile header is refused by name`(_ damage: Damage) throws {
        let scratch = try Scratch()
        _ = try scratch.write("adapter_config.json", AdapterFilesTests.config())
        _ = try scratch.write("adapter_model.safetensors", damage.bytes)

        let error = engineError { _ = try Adapter.read(scratch.path, for: AdapterFilesTests.model) }

        #expect(error?.code == .adapterMalformed)
        #expect(error?.message.contains(damage.word) == true, "\(error?.message ?? "no error")")
    }

    @Test func `a written file has sorted keys, the pt mark and an aligned header`() throws {
        let files = try AdapterFilesTests.adapter().files(of: AdapterFilesTests.model, baseModelName: "tiny")

        let bytes = try #require(files.first { $0.name == "adapter_model.safetensors" }).bytes

        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        #expect(length % 8 == 0)
        #expect(header.hasPrefix(#"{"__metadata__":{"format":"pt"},"base_model.model.model.layers.0."#))
        let keys = header.split(separator: "\"").filter { $0.hasPrefix("base_model.") }
        #expect(keys.count == 8 && keys == keys.sorted())
    }
}
