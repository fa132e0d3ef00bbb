import Engine
import Foundation
import Glibc
import Loop
import Testing

extension EngineSerial {
    /// A model's files change while it is open.
    @Suite struct ModelChangeTests {
        private let key = RandomKey(seed: 1, round: 0)
        private let sample = TextSample(prompt: "ab", completion: "ab")

        /// An engine on a small file of its own.
        private func engine(_ scratch: Scratch, precision: Precision = .f32) throws -> (
            EmbeddedEngine, String
        ) {
            let path = try scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes())
            let settings = EngineSettings(threads: 1, precision: precision)
            return (try EmbeddedEngine(modelPath: path, settings: settings), path)
        }

        private func code(_ body: () async throws -> Void) async -> EngineError.Code? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? EngineError)?.code
            }
        }

        @Test func `a file that was replaced is not read`() async throws {
            let scratch = try Scratch()
            let (engine, path) = try engine(scratch)
            let other = try scratch.write("other.gguf", GGUFBuilder.tiny().bytes())
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: other, toPath: path)

            let error = await #expect(throws: EngineError.self) { try await engine.score([sample]) { _ in } }

            #expect(error?.code == .modelChanged)
            #expect(error?.message.contains(path) == true)
        }

        @Test(arguments: [true, false])
        func `other content under the old date is noticed, another mode or link is not`(isOther: Bool) throws
        {
            let scratch = try Scratch()
            let path = scratch.path + "/model"
            try FileManager.default.copyItem(atPath: TestFiles.fixtures + "/tiny", toPath: path)
            let weights = path + "/model.safetensors"
            let model = try BaseModel(path)
            var status = stat()
            #expect(stat(weights, &status) == 0)
            // File systems tell times some milliseconds apart.
            usleep(30_000)
            if isOther {
                let handle = try FileHandle(forWritingTo: URL(filePath: weights))
                try handle.seek(toOffset: 200_000)
                try handle.write(contentsOf: Data("xxxxxxxx".utf8))
                try handle.close()
                #expect(utimensat(AT_FDCWD, weights, [status.st_atim, status.st_mtim], 0) == 0)
            } else {
                #expect(link(weights, scratch.path + "/link") == 0)
                #expect(chmod(weights, 0o440) == 0)
            }

            let error = engineError {
                for turn in 0..<2 {
                    try model.export(adapter: nil, to: scratch.path + "/out\(turn)", isBF16: true)
                }
            }

            #expect(error?.code == (isOther ? .modelChanged : nil))
        }

        @Test func `a file that was cut short ends no process`() async throws {
            let scratch = try Scratch()
            let (engine, path) = try engine(scratch)
            try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 16)

            #expect(await code { _ = try await engine.score([sample]) { _ in } } == .modelChanged)
            #expect(
                await code { try await engine.export(adapter: nil, to: scratch.path + "/out", isBF16: true) }
                    == .modelChanged
            )
        }

        @Test func `weights in memory go on when their file is gone, what must be read again does not`()
            async throws
        {
            let scratch = try Scratch()
            let (engine, path) = try engine(scratch)
            let before = try await engine.score([sample]) { _ in }
            try FileManager.default.removeItem(atPath: path)

            #expect(try await engine.score([sample]) { _ in } == before)

            #expect(
                await code { try await engine.export(adapter: nil, to: scratch.path + "/out", isBF16: true) }
                    == .modelChanged
            )
        }

        @Test func `another configuration or tokenizer counts, too, and an export elsewhere sees it`() throws
        {
            for name in ["config.json", "tokenizer.json", "model.safetensors"] {
                let scratch = try Scratch()
                let path = scratch.path + "/model"
                try FileManager.default.copyItem(atPath: TestFiles.fixtures + "/tiny", toPath: path)
                let model = try BaseModel(path)
                let handle = try FileHandle(forWritingTo: URL(filePath: path + "/" + name))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(" ".utf8))

                let error = engineError {
                    try model.export(adapter: nil, to: scratch.path + "/out", isBF16: true)
                }

                #expect(error?.code == .modelChanged, "\(name)")
                #expect(error?.message.contains(name) == true)
            }
        }

        @Test func `every file that takes part has a digest, which is not stored`() throws {
            let scratch = try Scratch()
            let file = try ModelFiles.open(scratch.write("tiny.gguf", GGUFBuilder.tiny().bytes()))
            let directory = try BaseModel(TestFiles.fixtures + "/tiny").identity(
                precision: "bf16",
                computedBy: "x"
            )

            #expect(file.fileDigests == ["tiny.gguf": file.sha256])
            #expect(
                directory.fileDigests.keys.sorted() == [
                    "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
                    "tokenizer_config.json",
                ]
            )
            #expect(directory.fileDigests["model.safetensors"] == directory.sha256)
            #expect(Set(directory.fileDigests.values).count == 5)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let identity = ModelIdentity(
                name: "n",
                architecture: "llama",
                sha256: "s",
                parameterCount: 1,
                precision: "f32",
                instructionSet: "avx2",
                threadCount: 2,
                fileDigests: ["a": "b"]
            )
            let stored = String(decoding: try encoder.encode(identity), as: UTF8.self)
            #expect(
                stored == #"{"architecture":"llama","instructionSet":"avx2","name":"n","parameterCount":1,"#
                    + #""precision":"f32","sha256":"s","threadCount":2}"#
            )
            #expect(
                try JSONDecoder().decode(ModelIdentity.self, from: Data(stored.utf8)).fileDigests.isEmpty
            )
        }

        @Test func `a tokenizer with more tokens than the embedding is found before weights are read`() throws
        {
            let scratch = try Scratch()
            let path = scratch.path + "/model"
            try FileManager.default.copyItem(atPath: TestFiles.fixtures + "/tiny", toPath: path)
            let file = URL(filePath: path + "/tokenizer.json")
            var json = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
            )
            var added = try #require(json["added_tokens"] as? [[String: Any]])
            let model = try #require(json["model"] as? [String: Any])
            let count = try #require(model["vocab"] as? [String: Any]).count
            var token = try #require(added.last)
            for place in 0..<1000 {
                (token["id"], token["content"]) = (count + place, "<|more \(place)|>")
                added.append(token)
            }
            json["added_tokens"] = added
            try JSONSerialization.data(withJSONObject: json).write(to: file)

            let error = engineError { _ = try BaseModel(path) }

            #expect(error?.code == .tokenizerUnsupported)
            #expect(error?.message.contains("\(count + 1000) tokens") == true)
        }
    }

    /// The rotary table grows with the text.
    @Suite struct LongContextTests {
        @Test func `a context of ten million tokens costs nothing until it is used`() throws {
            let scratch = try Scratch()
            var builder = GGUFBuilder.tiny()
            builder.set("llama.context_length", .u32(10_000_000))
            let long = try scratch.write("long.gguf", builder.bytes())
            let short = try scratch.write("short.gguf", GGUFBuilder.tiny().bytes())
            let tokens = (0..<60).map { Int32($0 % 6) }
            let start = ContinuousClock.now

            let logits = try ModelProbe(modelPath: long).logits(tokens, last: 1)

            // The whole table took half a minute.
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(try logits == ModelProbe(modelPath: short).logits(tokens, last: 1))
        }

        @Test func `a table that has grown gives what a large one gives`() throws {
            let path = TestFiles.fixtures + "/tiny"
            let tokens = (0..<1500).map { Int32($0 % 50 + 3) }
            let grown = try ModelProbe(modelPath: path)
            _ = try grown.logits(Array(tokens.prefix(10)), last: 1)

            let logits = try grown.logits(tokens, last: 1)

            #expect(try logits == ModelProbe(modelPath: path).logits(tokens, last: 1))
        }
    }
}
