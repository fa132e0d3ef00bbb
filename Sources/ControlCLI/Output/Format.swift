package import Loop

/// How numbers look everywhere in the CLI.
package enum Format {
    /// Shown for a missing value.
    package static let nothing = "–"

    /// A count with a comma before each three digits: `1,600`.
    package static func count(_ value: Int?) -> String { value.map(Plain.count) ?? nothing }

    /// A number with a fixed number of decimals; `nan` and `inf` by name.
    package static func number(_ value: Double?, decimals: Int = 2) -> String {
        guard let value else { return nothing }
        if value.isNaN { return "nan" }
        guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
        return Plain.decimal(value, places: decimals)
    }

    /// A share 0...1 as `91.2 %`.
    package static func percent(_ share: Double?) -> String {
        guard let share else { return nothing }
        return share.isFinite ? Plain.percent(share) : number(share) + " %"
    }

    /// A part of a whole as `91.2 %`.
    package static func percent(_ part: Int?, of whole: Int?) -> String {
        guard let part, let whole, whole > 0 else { return nothing }
        return percent(Double(part) / Double(whole))
    }

    /// An accuracy in percent with its 95 % interval: `53.0 (46–60)`.
    package static func accuracy(_ value: Accuracy?) -> String {
        guard let value, value.count > 0 else { return nothing }
        let lower = number(value.lower * 100, decimals: 0)
        let upper = number(value.upper * 100, decimals: 0)
        return "\(number(value.share * 100, decimals: 1)) (\(lower)–\(upper))"
    }

    /// How many points an accuracy is above another, with the 95 % interval: `+18.5 (+9 to +28) points`.
    package static func gain(_ value: Accuracy, over base: Accuracy) -> String {
        let gain = value.gain(over: base)
        func points(_ share: Double, _ decimals: Int) -> String {
            let text = number(abs(share) * 100, decimals: decimals)
            let isZero = text.allSatisfy { "0.".contains($0) }
            return (isZero ? "" : share < 0 ? "−" : "+") + text
        }
        return "\(points(gain.share, 1)) (\(points(gain.lower, 0)) to \(points(gain.upper, 0))) points"
    }

    /// `53.0 (46–60) → 71.5 (65–77)`; one value if the other is missing.
    package static func change(_ before: Accuracy?, _ after: Accuracy?) -> String {
        if before == nil, after == nil { return nothing }
        return "\(accuracy(before)) → \(accuracy(after))"
    }

    /// A duration in its two largest units: `3.2 s`, `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    package static func duration(_ seconds: Double?) -> String {
        seconds.map(Plain.duration) ?? nothing
    }

    /// A rate: `412 tok/s`, `3.4 tok/s`.
    package static func rate(_ tokensPerSecond: Double?) -> String {
        guard let tokensPerSecond, tokensPerSecond.isFinite else { return nothing }
        return number(tokensPerSecond, decimals: tokensPerSecond < 10 ? 1 : 0) + " tok/s"
    }

    /// A size in decimal units: `842 B`, `1.8 MB`.
    package static func bytes(_ count: Int) -> String {
        var value = Double(count)
        if count < 1000 { return "\(count) B" }
        for unit in ["kB", "MB", "GB"] {
            value /= 1000
            if value < 999.95 || unit == "GB" { return number(value, decimals: 1) + " " + unit }
        }
        return "\(count) B"
    }

    /// The time of day of an ISO 8601 time; the text itself when it is not one.
    package static func clock(_ time: String) -> String {
        guard let start = time.firstIndex(of: "T") else { return time }
        let clock = time[time.index(after: start)...].prefix(8)
        return clock.count == 8 ? String(clock) : time
    }

    /// `2026-01-31 18:02` of an ISO 8601 time; the text itself when it is not one.
    package static func date(_ time: String) -> String {
        guard time.count >= 16, time.contains("T") else { return time }
        return String(time.prefix(16)).replacing("T", with: " ")
    }
}
