import Foundation
import Loop

extension ReportCharts {
    /// How one round's DS weights are spread: quantiles at 0, 10, 25, 50, 75, 90, 100 %.
    struct Spread {
        var label: String
        var quantiles: [Double]
        var cut: Double?
    }

    /// Medians with their quantiles and cuts, on a logarithmic scale, because a DS weight is a ratio.
    static func spread(_ rounds: [Spread]) -> String {
        let height = 220.0
        let plot = height - 40
        let highest = rounds.flatMap { [$0.quantiles[5], $0.cut ?? 1] }.filter(\.isFinite).max() ?? 2
        let top = log(max(highest, 1.1))
        let step = (width - left - 20) / Double(max(1, rounds.count))
        func y(_ weight: Double) -> Double {
            12 + plot * (1 - min(1, max(0, log(max(1, weight)) / top)))
        }
        var out = ""
        for share in [0, 0.5, 1] {
            let weight = exp(top * share)
            out += line(left, y(weight), width - 20, y(weight), stroke: "var(--line)")
            out += "<text x=\"0\" y=\"\(n(y(weight) + 4))\">\(Format.number(weight))</text>"
        }
        for (index, round) in rounds.enumerated() {
            let x = left + step * (Double(index) + 0.5)
            let q = round.quantiles
            let title =
                "round \(round.label): median \(Format.number(q[3])), 25 % to 75 % \(Format.number(q[2])) to "
                + "\(Format.number(q[4])), cut \(Format.number(round.cut))"
            out += "<g><title>\(Markup.escaped(title))</title>"
            out += line(x, y(q[1]), x, y(q[5]), stroke: "var(--grey)")
            out += line(x, y(q[2]), x, y(q[4]), stroke: "var(--blue)", width: min(8, step / 2))
            out += "<circle cx=\"\(n(x))\" cy=\"\(n(y(q[3])))\" r=\"3\" fill=\"var(--ink)\"/>"
            if let cut = round.cut {
                let half = min(7, step / 2)
                out += line(x - half, y(cut), x + half, y(cut), stroke: "var(--red)", width: 2)
            }
            out += "</g>"
        }
        out += labels(rounds.map(\.label), step: step, y: height - 8)
        return svg(height, "DS weights by round with the cut", out)
    }

    /// Values from 0 to 1 by round as lines; a missing value interrupts its line.
    static func lines(
        labels texts: [String],
        _ series: [(name: String, color: String, values: [Double?])]
    ) -> String {
        let height = 200.0
        let plot = height - 40
        let step = (width - left - 20) / Double(max(1, texts.count))
        func x(_ index: Int) -> Double { left + step * (Double(index) + 0.5) }
        func y(_ share: Double) -> Double { 12 + plot * (1 - min(1, max(0, share))) }
        var out = grid(y: y)
        for one in series {
            var path = ""
            for (index, value) in one.values.enumerated() {
                guard let value, value.isFinite else { continue }
                let isNew = index == 0 || one.values[index - 1]?.isFinite != true
                path += "\(isNew ? "M" : "L") \(n(x(index))) \(n(y(value))) "
            }
            out += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(one.color)\" stroke-width=\"2\">"
            out += "<title>\(Markup.escaped(one.name))</title></path>"
        }
        out += labels(texts, step: step, y: height - 8)
        return svg(height, series.map(\.name).joined(separator: " and ") + " by round", out)
    }

    static func grid(y: (Double) -> Double) -> String {
        [0, 0.25, 0.5, 0.75, 1].map { share in
            line(left, y(share), width - 20, y(share), stroke: "var(--line)")
                + "<text x=\"0\" y=\"\(n(y(share) + 4))\">\(Format.percent(share))</text>"
        }.joined()
    }

    /// At most twenty labels, so that they do not run into each other.
    static func labels(_ texts: [String], step: Double, y: Double) -> String {
        let every = max(1, (texts.count + 19) / 20)
        return texts.enumerated().filter { $0.offset % every == 0 }.map { index, text in
            let x = left + step * (Double(index) + 0.5)
            return "<text x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"middle\">\(Markup.escaped(text))</text>"
        }.joined()
    }

    static func svg(_ height: Double, _ label: String, _ content: String) -> String {
        "<svg viewBox=\"0 0 \(n(width)) \(n(height))\" role=\"img\" aria-label=\"\(Markup.escaped(label))\">\(content)</svg>"
    }

    static func line(
        _ x1: Double,
        _ y1: Double,
        _ x2: Double,
        _ y2: Double,
        stroke: String? = nil,
        width: Double = 1
    ) -> String {
        let color = stroke.map { " stroke=\"\($0)\"" } ?? ""
        return
            "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\"\(color) stroke-width=\"\(n(width))\"/>"
    }

    static func n(_ value: Double) -> String { Markup.number(value) }
}
