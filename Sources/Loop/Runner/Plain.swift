import Foundation

/// Numbers as people read them in events and messages; the same on every machine whatever its locale.
enum Plain {
    /// A count with thousands commas.
    static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A share as a percentage with one decimal.
    static func percent(_ share: Double) -> String { decimal(share * 100, places: 1) + " %" }

    /// Seconds, with one decimal below ten.
    static func seconds(_ value: Double) -> String { decimal(value, places: value < 10 ? 1 : 0) + " s" }

    /// A number with so many decimals.
    static func decimal(_ value: Double, places: Int) -> String { String(format: "%.\(places)f", value) }
}
