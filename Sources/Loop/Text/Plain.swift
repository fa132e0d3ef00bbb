import Foundation

/// Numbers as people read them in events, messages, tables, reports and model cards; the same in every
/// locale.
public enum Plain {
    /// A count with a comma before each three digits: `1,600`.
    public static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A p-value or a level with four decimals: `0.0312`; small ones with as many as show two digits:
    /// `0.000012`.
    public static func chance(_ value: Double) -> String {
        guard value > 0, value < 0.001 else { return decimal(value, places: 4) }
        var (places, scaled) = (1, value)
        while scaled < 1, places < 300 { (places, scaled) = (places + 1, scaled * 10) }
        return decimal(value, places: places)
    }

    /// A share, 0 to 1, as a percentage with one decimal: `44.0 %`.
    public static func percent(_ share: Double) -> String { decimal(share * 100, places: 1) + " %" }

    /// Seconds, with one decimal below ten: `3.2 s`.
    public static func seconds(_ value: Double) -> String {
        decimal(value, places: value < 10 ? 1 : 0) + " s"
    }

    /// A duration in its two largest units: `3.2 s`, `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        if seconds < 9.95 { return decimal(seconds, places: 1) + " s" }
        let whole = Int(seconds.rounded())
        let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86400)
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return pair(minutes, "min", whole % 60, "s") }
        if whole < 86400 { return pair(hours, "h", minutes % 60, "min") }
        return pair(days, "d", hours % 24, "h")
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }

    /// A number with a fixed count of decimals: `0.859`.
    public static func decimal(_ value: Double, places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}
