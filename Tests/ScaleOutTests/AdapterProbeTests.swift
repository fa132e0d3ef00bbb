import ScaleOut
import Testing

@Suite struct AdapterProbeTests {
    @Test(arguments: [
        (measured: 2.51, accepted: true), (measured: 2.4, accepted: false), (measured: 3.0, accepted: false),
        (measured: .nan, accepted: false),
    ])
    func `an adapter is known by its loss`(measured: Double, accepted: Bool) {
        let probe = AdapterProbe(tokens: [1, 2, 3], loss: 2.5, baseLoss: 3)

        #expect(probe.accepts(measured) == accepted)
    }

    @Test func `where both are near, the nearer one decides only if they differ enough to tell`() {
        let telling = AdapterProbe(tokens: [1, 2], loss: 2.5, baseLoss: 2.56)
        let alike = AdapterProbe(tokens: [1, 2], loss: 2.5, baseLoss: 2.51)

        #expect(!telling.accepts(2.54))
        #expect(alike.accepts(2.51))
    }
}
