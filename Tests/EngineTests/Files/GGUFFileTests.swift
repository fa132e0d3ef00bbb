import Engine
import Testing

@Suite struct GGUFFileTests {
    @Test func `a small model reads back`() throws {
        let scratch = try Scratch()

        let model = try ModelFiles.open(scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes()))

        #expect(model.name == "tiny")
        #expect(model.configuration.headDimension == 4)
        #expect(model.configuration.tiesEmbeddings)
        #expect(model.sha256.count == 64)
        #expect(try model.read(.finalNorm) == (0..<8).map { 1 + Float($0) / 1024 })
    }

    @Test func `query rows come back in half-split order`() throws {
        let scratch = try Scratch()
        let model = try ModelFiles.open(scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes()))

        let query = try model.read(.layer(0, .query))

        // Head width 4: rows 0 1 2 3 of each head are stored as 0 2 1 3.
        let firsts = (0..<8).map { (query[$0 * 8] - 3) * 1024 / 8 }
        #expect(firsts == [0, 2, 1, 3, 4, 6, 5, 7])
    }

    @Test func `some rows equal the same rows of the whole`() throws {
        let scratch = try Scratch()
        let model = try ModelFiles.open(scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes()))
        let whole = try model.read(.layer(0, .query))

        var part = [Float](repeating: 0, count: 24)
        try part.withUnsafeMutableBufferPointer { try model.read(.layer(0, .query), rows: 3..<6, into: $0) }

        #expect(part == Array(whole[24..<48]))
    }

    @Test func `a request of the wrong size is refused`() throws {
        let scratch = try Scratch()
        let model = try ModelFiles.open(scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes()))
        var room = [Float](repeating: 0, count: 7)

        let error = engineError {
            try room.withUnsafeMutableBufferPointer { try model.read(.finalNorm, into: $0) }
        }

        #expect(error?.code == .invalidRequest)
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: EngineError.Code
        let word: String
        let apply: @Sendable (inout GGUFBuilder) -> Void

        init(
            _ name: String,
            _ code: EngineError.Code,
            _ word: String,
            _ apply: @escaping @Sendable (inout GGUFBuilder) -> Void
        ) {
            testDescription = name
            self.code = code
            self.word = word
            self.apply = apply
        }
    }

    static let damages: [Damage] = [
        Damage("magic", .modelMalformed, "GGUF") { $0.magic = "GGML" },
        Damage("version", .modelMalformed, "version is 1") { $0.version = 1 },
        Damage("huge tensor count", .modelMalformed, "tensors") { $0.tensorCount = 1 << 60 },
        Damage("huge key count", .modelMalformed, "keys") { $0.metadataCount = .max },
        Damage("more keys than bytes", .modelTruncated, "metadata count") { $0.metadataCount = 60_000 },
        Damage("missing key", .modelMalformed, "llama.block_count is missing") {
            $0.set("llama.block_count", nil)
        },
        Damage("mistyped key", .modelMalformed, "llama.block_count is not an integer") {
            $0.set("llama.block_count", .string("one"))
        },
        Damage("key twice", .modelMalformed, "twice") { $0.metadata.append($0.metadata[0]) },
        Damage("MLP size", .modelMalformed, "MLP size is 0") { $0.set("llama.feed_forward_length", .u32(0)) },
        Damage("alignment", .modelMalformed, "general.alignment") { $0.set("general.alignment", .u32(24)) },
        Damage("architecture", .unsupportedArchitecture, "mamba") {
            $0.set("general.architecture", .string("mamba"))
        },
        Damage("rope scaling", .unsupportedArchitecture, "yarn") {
            $0.set("llama.rope.scaling.type", .string("yarn"))
        },
        Damage("heads", .modelMalformed, "2 heads over 3") {
            $0.set("llama.attention.head_count_kv", .u32(3))
        },
        Damage("tensor type", .unsupportedTensorType, "type 16") { $0.tensors[0].type = 16 },
        Damage("overlap", .modelMalformed, "overlaps") { $0.tensors[1].offset = 0 },
        Damage("unaligned", .modelMalformed, "offset 33") { $0.tensors[1].offset = 33 },
        Damage("offset beyond the end", .modelMalformed, "offset") { $0.tensors[1].offset = 1 << 62 },
        Damage("tensor twice", .modelMalformed, "twice") { $0.tensors[2].name = "output_norm.weight" },
        Damage("dimensions that overflow", .modelMalformed, "more than") {
            $0.tensors[0].dimensions = [1 << 33, 1 << 33]
        },
        Damage("a dimension beyond range", .modelMalformed, "out of range") {
            $0.tensors[0].dimensions = [.max]
        },
        Damage("five dimensions", .modelMalformed, "5 dimensions") {
            $0.tensors[0].dimensions = [1, 1, 1, 1, 48]
        },
        Damage("wrong shape", .modelMalformed, "blk.0.attn_v.weight has shape [2, 16], expected [4, 8]") {
            $0.tensors[5].dimensions = [16, 2]
        },
        Damage("missing tensor", .modelMalformed, "blk.0.ffn_down.weight") { $0.tensors.removeLast() },
        Damage("a bias", .unsupportedArchitecture, "attn_q.bias") {
            $0.tensors.append(
                .init(name: "blk.0.attn_q.bias", dimensions: [8], values: Array(repeating: 0, count: 8))
            )
        },
        Damage("token id", .modelMalformed, "tokenizer.ggml.eos_token_id is 6") {
            $0.set("tokenizer.ggml.eos_token_id", .u32(6))
        },
        Damage("token count", .modelMalformed, "tokenizer.ggml.tokens") {
            $0.set("tokenizer.ggml.tokens", .strings(["a"]))
        },
    ]

    @Test(arguments: damages) func `damage is named`(_ damage: Damage) throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        damage.apply(&builder)
        let path = try scratch.write("damaged.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == damage.code)
        #expect(error?.message.contains(damage.word) == true, "\(error?.message ?? "no error")")
    }

    @Test func `a file cut anywhere is refused`() throws {
        let scratch = try Scratch()
        let bytes = GGUFBuilder.tiny().bytes()

        for count in stride(from: 0, to: bytes.count, by: 7) {
            let path = try scratch.write("cut.gguf", Array(bytes.prefix(count)))
            let error = engineError { _ = try ModelFiles.open(path) }
            #expect(error?.code == .modelTruncated, "cut at \(count): \(error?.message ?? "no error")")
        }
    }

    @Test func `a missing file names its path`() {
        let error = engineError { _ = try ModelFiles.open("nowhere/model.gguf") }

        #expect(error?.code == .modelMissing)
        #expect(error?.message.contains("nowhere/model.gguf") == true)
    }
}
