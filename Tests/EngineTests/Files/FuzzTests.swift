import Foundation
import FuzzInputs
import Testing

/// Damaged and hostile files: whatever bytes come, the reader throws an error of ours or succeeds, and never
/// crashes.
///
/// A second for each kind; `make fuzz` tries them for longer, under the address and undefined-behaviour
/// sanitizers.
@Suite struct FuzzTests {
    @Test func `every kind of file`() throws {
        let scratch = try Scratch()
        for input in try FuzzInput.all(fixtures: TestFiles.fixtures, scratch: scratch.path) {
            let (count, acceptedCount) = try input.run(seconds: FuzzInput.seconds, seed: 1)
            print("fuzz: \(input.name): \(count) inputs, \(acceptedCount) accepted")
            #expect(count > 5, "\(input.name): only \(count) inputs were tried")
        }
    }

    @Test func `the GGUF file that mutations start from is the builder's`() throws {
        let file = try Data(contentsOf: URL(filePath: TestFiles.fixtures + "/tiny.gguf"))

        #expect(Array(file) == GGUFBuilder.tiny().bytes())
    }
}
