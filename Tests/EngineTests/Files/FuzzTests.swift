import Engine
import Foundation
import Loop
import Testing

/// Damaged and hostile files: whatever bytes come, the reader throws an error of ours or succeeds, and never crashes.
///
/// Mutations are drawn from a seed. `make test` spends a second per kind; `make fuzz` runs the same under the address and
/// undefined-behaviour sanitizers for as long as AUTODIDACT_FUZZ_SECONDS says.
@Suite struct FuzzTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `GGUF files`() throws {
        let path = "\(scratch.path)/fuzz.gguf"
        try Mutator.run(seed: 1, samples: [GGUFBuilder.tiny().bytes()]) { bytes in
            try write(bytes, path)
            let files = try ModelFiles.open(path)
            _ = try files.read(.finalNorm)
            _ = try Tokenizer(files.tokenizerSource)
        }
    }

    @Test(arguments: ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"])
    func `a Hugging Face directory's file`(name: String) throws {
        let source = try ReferenceFixture.modelPath(.tiny)
        let folder = "\(scratch.path)/hf-\(name)"
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        let bytes = try Array(Data(contentsOf: URL(filePath: source + "/" + name)))
        try Mutator.run(seed: 2, samples: [bytes]) { bytes in
            try write(bytes, folder + "/" + name)
            let files = try ModelFiles.open(folder)
            _ = try files.read(.finalNorm)
            let tokenizer = try Tokenizer(files.tokenizerSource)
            _ = tokenizer.encode("What is 3 + 4? <|im_end|>")
        }
    }

    @Test(arguments: ["adapter_model.safetensors", "adapter_config.json"])
    func `an adapter's file`(name: String) throws {
        let source = try ReferenceFixture.modelPath(.tiny) + "-adapter"
        let folder = "\(scratch.path)/adapter-\(name)"
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        let configuration = try ModelFiles.open(try ReferenceFixture.modelPath(.tiny)).configuration
        let bytes = try Array(Data(contentsOf: URL(filePath: source + "/" + name)))
        try Mutator.run(seed: 3, samples: [bytes]) { bytes in
            try write(bytes, folder + "/" + name)
            _ = try Adapter.read(folder, for: configuration)
        }
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }
}

/// Draws damaged versions of good inputs.
struct Mutator {
    /// How long each kind of input is tried.
    static let seconds = Double(ProcessInfo.processInfo.environment["AUTODIDACT_FUZZ_SECONDS"] ?? "1") ?? 1

    private static let words: [String] = [
        "-1", "0", "4294967296", "9223372036854775807", "1e999", "NaN", "null", "true", "[]", "{}", "\"\"",
        "\\ud800",
        "../../etc/passwd", "\u{0}",
    ]

    private let random: Philox
    private var place: UInt32 = 0

    private init(seed: UInt64) { random = Philox(seed: seed) }

    /// Tries mutations of the samples until the time is over; errors are what a reader should answer with.
    static func run(seed: UInt64, samples: [[UInt8]], _ body: ([UInt8]) throws -> Void) throws {
        for sample in samples { try body(sample) }
        var mutator = Mutator(seed: seed)
        let end = ContinuousClock.now + .seconds(seconds)
        var (count, accepted) = (0, 0)
        while ContinuousClock.now < end {
            let bytes = mutator.mutate(samples[mutator.below(samples.count)])
            count += 1
            do {
                try body(bytes)
                accepted += 1
            } catch let error as EngineError {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(count > 5, "only \(count) inputs were tried")
        if seconds > 1 { print("fuzz: \(count) inputs, \(accepted) accepted") }
    }

    private mutating func below(_ limit: Int) -> Int {
        place += 1
        return Int(random.words(place, 0, 0, 0)[0]) % max(1, limit)
    }

    private mutating func mutate(_ sample: [UInt8]) -> [UInt8] {
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
