import Engine
import Foundation
import Loop
import Testing

/// What `autodidact models` says of models.
@Suite struct ModelOutlineTests {
    @Test func `an outline has the numbers of the model that the engine loads`() throws {
        let path = TestFiles.fixtures + "/tiny"

        let outline = try ModelOutline.read(path)

        let model = try BaseModel(path)
        let identity = model.identity(precision: "f32", computedBy: "here")
        #expect(outline.name == identity.name)
        #expect(outline.description.architecture == identity.architecture)
        #expect(outline.description.parameterCount == identity.parameterCount)
        #expect(!outline.chat.hasTemplate)
    }

    @Test func `fine-tuning takes more than its weights, and more for longer texts and larger adapters`()
        throws
    {
        let outline = try ModelOutline.read(TestFiles.fixtures + "/tiny")
        let weights = ModelOutline.trainingByteCount(of: outline.description.parameterCount, .f32)
        func taken(_ change: (inout FinetuneSettings) -> Void) -> Int {
            var settings = FinetuneSettings()
            change(&settings)
            return outline.finetuningByteCount(settings, .f32)
        }

        let usual = taken { _ in }

        #expect(weights == 4 * outline.description.parameterCount)
        #expect(usual > weights)
        #expect(taken { $0.maxTokens = 4096 } > usual)
        #expect(taken { $0.rank = 64 } > usual)
    }

    @Test func `a path without a model is refused by name`() {
        let error = #expect(throws: EngineError.self) { try ModelOutline.read("/nowhere/model.gguf") }

        #expect(error?.code == .modelMissing)
        #expect(error?.message.contains("/nowhere/model.gguf") == true)
    }

    @Test func `every model that is listed is of a family that is known, once`() {
        let families = Families.standard.names

        #expect(KnownModel.all.allSatisfy { families.contains($0.family) })
        #expect(Set(KnownModel.all.map(\.name)).count == KnownModel.all.count)
    }

    @Test(arguments: Set(KnownModel.all.filter { $0.evidence == .tiny }.map(\.family)).sorted())
    func `a family whose models were compared by a tiny one has its recording`(family: String) throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: TestFiles.fixtures + "/families")

        #expect(folders.contains { $0 == family || $0.hasPrefix(family + "-") })
    }
}
