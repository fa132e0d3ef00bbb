import ControlCLI
import Loop
import Testing

struct FormatTests {
    @Test(arguments: [
        (0.04, "0.0 s"), (3.21, "3.2 s"), (9.96, "10 s"), (42, "42 s"), (59.6, "1 min"), (200, "3 min 20 s"),
        (3600, "1 h"), (7500, "2 h 5 min"), (273_600, "3 d 4 h"),
    ])
    func `durations have at most two units`(seconds: Double, text: String) {
        #expect(Format.duration(seconds) == text)
    }

    @Test(arguments: [
        (0, "0"), (1600, "1,600"), (12_800, "12,800"), (1_234_567, "1,234,567"), (-12_800, "-12,800"),
    ])
    func `counts have a comma before each three digits`(count: Int, text: String) {
        #expect(Format.count(count) == text)
    }

    @Test func `numbers that are not finite have names, missing ones a dash`() {
        #expect(Format.number(.nan) == "nan")
        #expect(Format.number(-.infinity) == "-inf")
        #expect(Format.number(nil) == "–")
        #expect(Format.duration(.infinity) == "–")
        #expect(Format.percent(3, of: 0) == "–")
    }

    @Test func `a share has one decimal and a space before its sign`() {
        #expect(Format.percent(0.44) == "44.0 %")
        #expect(Format.percent(912, of: 1000) == "91.2 %")
    }

    @Test func `an accuracy has its interval`() {
        let accuracy = Accuracy(count: 200, rightCount: 106, share: 0.53, lower: 0.461, upper: 0.598)

        #expect(Format.accuracy(accuracy) == "53.0 (46–60)")
        #expect(Format.change(accuracy, nil) == "53.0 (46–60) → –")
    }

    @Test(arguments: [(842, "842 B"), (1000, "1.0 kB"), (9_769_440, "9.8 MB"), (999_960, "1.0 MB")])
    func `sizes are decimal`(count: Int, text: String) {
        #expect(Format.bytes(count) == text)
    }

    @Test func `times of day come from ISO 8601`() {
        #expect(Format.clock("2026-01-31T17:52:10Z") == "17:52:10")
        #expect(Format.clock("soon") == "soon")
        #expect(Format.date("2026-01-31T17:52:10Z") == "2026-01-31 17:52")
    }
}
