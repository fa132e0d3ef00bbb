import Testing

/// The comparison that the kernel tests rest on.
@Suite struct KernelBenchTests {
    @Test(
        arguments: [
            ([1, .nan], [1, 2]), ([1, 2], [1, .nan]), ([.nan], [.nan]), ([1], [.infinity]), ([1], [1, 2]),
            // All of it wrong, yet nearer than 2e-5 to the reference.
            ([0, 0, 0], [1e-6, -1e-5, 1e-5]), ([1e-9], [0]),
        ] as [([Float], [Float])]
    )
    func `what is not close is said so`(_ ours: [Float], _ reference: [Float]) {
        #expect(KernelBench.difference(ours, reference, within: 2e-5) != nil)
    }

    @Test(
        arguments: [
            ([], []), ([0, 0], [0, 0]), ([1000.01], [1000]), ([1e-6], [1.00001e-6]), ([1.00001, 0], [1, 0]),
        ] as [([Float], [Float])]
    )
    func `what is close passes`(_ ours: [Float], _ reference: [Float]) {
        #expect(KernelBench.difference(ours, reference, within: 2e-5) == nil)
    }
}
