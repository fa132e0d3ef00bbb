import Foundation
import Loop

/// The report's pictures, as SVG that takes its colours from the style sheet.
struct ReportCharts {
    static let width = 760.0
    static let left = 44.0

    /// One round's accuracy on the gate: the new checkpoint's with its interval, and the current one's after
    /// the verdict.
    struct Point {
        var label: String
        /// The accuracy of the checkpoint that the round started from.
        var before: Double
        var accuracy: Accuracy
        var current: Double
        var isPromoted: Bool
    }

    /// Dots with intervals for each checkpoint, a line for the current one.
    static func accuracy(
        _ points: [Point],
        base: Double,
        rollbacks: [(place: Int, label: String)]
    ) -> String {
        let height = 260.0
        let plot = height - 40
        let step = (width - left - 20) / Double(max(1, points.count))
        func x(_ index: Int) -> Double { left + step * (Double(index) + 0.5) }
        func y(_ share: Double) -> Double { 12 + plot * (1 - share) }
        var out = grid(y: y)
        var path = "M \(n(left)) \(n(y(base)))"
        for (index, point) in points.enumerated() {
            // A rollback has changed the checkpoint in use between two rounds.
            let border = left + step * Double(index)
            path += " L \(n(border)) \(n(y(index == 0 ? base : points[index - 1].current)))"
            path += " L \(n(border)) \(n(y(point.before))) L \(n(x(index))) \(n(y(point.before)))"
            path += " L \(n(x(index))) \(n(y(point.current)))"
        }
        path += " L \(n(width - 20)) \(n(y(points.last?.current ?? base)))"
        for rollback in rollbacks {
            let place = left + step * Double(rollback.place)
            out += "<g stroke-dasharray=\"4 4\"><title>\(Markup.escaped(rollback.label))</title>"
            out += line(place, 12, place, 12 + plot, stroke: "var(--amber)", width: 1.5) + "</g>"
        }
        out += "<path d=\"\(path)\" fill=\"none\" stroke=\"var(--blue)\" stroke-width=\"2\"/>"
        for (index, point) in points.enumerated() {
            let color = point.isPromoted ? "var(--green)" : "var(--red)"
            let title =
                "\(point.label): \(Format.percent(point.accuracy.share)) "
                + "(\(Format.percent(point.accuracy.lower)) to \(Format.percent(point.accuracy.upper)))"
            out += "<g stroke=\"\(color)\" fill=\"\(color)\"><title>\(Markup.escaped(title))</title>"
            out += line(x(index), y(point.accuracy.lower), x(index), y(point.accuracy.upper), width: 1.5)
            out += "<circle cx=\"\(n(x(index)))\" cy=\"\(n(y(point.accuracy.share)))\" r=\"4\"/></g>"
        }
        out += labels(points.map(\.label), step: step, y: height - 8)
        return svg(height, "accuracy on the gate's questions by round", out)
    }

    /// Bars side by side, one group per round: how many candidates are left after each step.
    static func funnel(_ rounds: [(label: String, counts: [Int?])], steps: [String]) -> String {
        let height = 220.0
        let plot = height - 40
        let most = Double(max(1, rounds.flatMap(\.counts).compactMap { $0 }.max() ?? 1))
        let step = (width - left - 20) / Double(max(1, rounds.count))
        let bar = min(26, step * 0.8 / Double(max(1, steps.count)))
        let shades = [
            "var(--line)", "var(--grey)", "var(--amber)", "var(--blue)", "var(--green)", "var(--ink)",
        ]
        var out = line(left, 12 + plot, width - 20, 12 + plot, stroke: "var(--line)")
        for (index, round) in rounds.enumerated() {
            let start = left + step * (Double(index) + 0.5) - bar * Double(round.counts.count) / 2
            for (place, count) in round.counts.enumerated() {
                guard let count else { continue }
                let tall = plot * Double(count) / most
                let title = "\(round.label), \(steps[place]): \(count)"
                out +=
                    "<rect x=\"\(n(start + bar * Double(place)))\" y=\"\(n(12 + plot - tall))\" width=\"\(n(bar - 1))\" "
                out +=
                    "height=\"\(n(tall))\" fill=\"\(shades[place % shades.count])\"><title>\(Markup.escaped(title))</title></rect>"
            }
        }
        out +=
            "<text x=\"0\" y=\"22\">\(Int(most))</text>"
            + labels(rounds.map(\.label), step: step, y: height - 8)
        return svg(height, "candidates left after each step by round", out)
    }

    /// A histogram of DS weights with the cut as a line; the last bar also holds everything above it.
    static func weights(_ histogram: DSHistogram, cut: Double?) -> String {
        let (low, high) = (1.0, max(histogram.upper, 1 + 1e-6))
        let span = (high - low) / Double(max(1, histogram.counts.count))
        let height = 200.0
        let plot = height - 40
        let most = Double(max(1, histogram.counts.max() ?? 1))
        func x(_ weight: Double) -> Double { left + (width - left - 20) * (weight - low) / (high - low) }
        var out = line(left, 12 + plot, width - 20, 12 + plot, stroke: "var(--line)")
        for (index, count) in histogram.counts.enumerated() {
            let lower = low + span * Double(index)
            let tall = plot * Double(count) / most
            let color = (cut.map { lower <= $0 } ?? true) ? "var(--green)" : "var(--grey)"
            let title = "DS weight from \(Format.number(lower)): \(Words.plural(count, "candidate"))"
            out += "<rect x=\"\(n(x(lower) + 1))\" y=\"\(n(12 + plot - tall))\" "
            out += "width=\"\(n(x(lower + span) - x(lower) - 2))\" height=\"\(n(tall))\" fill=\"\(color)\">"
            out += "<title>\(title)</title></rect>"
            if index % 4 == 0 {
                out +=
                    "<text x=\"\(n(x(lower)))\" y=\"\(n(height - 8))\">\(Format.number(lower))</text>"
            }
        }
        if let cut {
            let place = x(min(cut, high))
            let isRight = place > width / 2
            out += line(place, 4, place, 12 + plot, stroke: "var(--red)", width: 2)
            out +=
                "<text x=\"\(n(place + (isRight ? -5 : 5)))\" y=\"16\" text-anchor=\"\(isRight ? "end" : "start")\">"
                + "cut \(Format.number(cut))</text>"
        }
        return svg(height, "DS weights of the last round, with the cut", out)
    }

    /// Seconds per phase, one stacked bar per round.
    static func seconds(_ rounds: [(label: String, seconds: [String: Double])], phases: [String]) -> String {
        let row = 24.0
        let height = row * Double(rounds.count) + 30
        let longest = max(1, rounds.map { $0.seconds.values.reduce(0, +) }.max() ?? 1)
        let shades = ["var(--blue)", "var(--amber)", "var(--green)", "var(--red)", "var(--grey)"]
        var out = ""
        for (index, round) in rounds.enumerated() {
            var x = left
            out += "<text x=\"0\" y=\"\(n(row * Double(index) + 17))\">\(Markup.escaped(round.label))</text>"
            for (place, phase) in phases.enumerated() {
                let value = round.seconds[phase] ?? 0
                let wide = (width - left - 70) * value / longest
                let title = "\(round.label), \(phase): \(Format.number(value, decimals: 1)) s"
                out +=
                    "<rect x=\"\(n(x))\" y=\"\(n(row * Double(index) + 4))\" width=\"\(n(wide))\" height=\"\(n(row - 7))\" "
                out += "fill=\"\(shades[place % 5])\"><title>\(Markup.escaped(title))</title></rect>"
                x += wide
            }
            let total = round.seconds.values.reduce(0, +)
            out +=
                "<text x=\"\(n(x + 6))\" y=\"\(n(row * Double(index) + 17))\">\(Format.number(total, decimals: 0)) s</text>"
        }
        var x = left
        for (place, phase) in phases.enumerated() {
            out +=
                "<rect x=\"\(n(x))\" y=\"\(n(height - 18))\" width=\"10\" height=\"10\" fill=\"\(shades[place % 5])\"/>"
            out += "<text x=\"\(n(x + 14))\" y=\"\(n(height - 9))\">\(Markup.escaped(phase))</text>"
            x += 30 + 7 * Double(phase.count)
        }
        return svg(height, "seconds per phase by round", out)
    }
}
