import Engine
import Testing

@Suite struct ModelFilesTests {
    @Test(.enabled(if: TestFiles.hasModel)) func `the real model has the numbers of its card`() throws {
        let model = try ModelFiles.open(TestFiles.model)

        #expect(
            model.configuration
                == ModelConfiguration(
                    hiddenSize: 576,
                    layerCount: 30,
                    headCount: 9,
                    keyValueHeadCount: 3,
                    headDimension: 64,
                    intermediateSize: 1536,
                    vocabularyCount: 49152,
                    rmsNormEpsilon: 1e-5,
                    ropeTheta: 100_000,
                    contextLength: 8192,
                    tiesEmbeddings: true
                )
        )
        #expect(model.parameterCount == 134_515_008)
        #expect(model.name == "SmolLM2-135M-Instruct.Q4_1")
        guard case .gguf(let tokenizer) = model.tokenizerSource else {
            Issue.record("the tokenizer is not the file's")
            return
        }
        #expect(tokenizer.model == "gpt2")
        #expect(tokenizer.pre == "smollm")
        #expect(tokenizer.tokens.count == 49152)
        #expect(tokenizer.merges.count == 48900)
        #expect(tokenizer.eosID == 2)
        #expect(!tokenizer.addBOS)
    }
}
