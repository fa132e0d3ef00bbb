/// A moment as `strftime` writes it, in English.
struct JinjaDate {
    private let parts: [Int]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// From year, month, day, hour, minute and second.
    init(_ parts: [Int]) throws(JinjaError) {
        guard parts.count == 6, (1...9999).contains(parts[0]), (1...12).contains(parts[1]),
            (1...31).contains(parts[2])
        else { throw JinjaError("a date of \(parts)") }
        self.parts = parts
    }

    /// 0 for Sunday; Sakamoto's rule.
    private var weekday: Int {
        let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = parts[1] < 3 ? parts[0] - 1 : parts[0]
        return (year + year / 4 - year / 100 + year / 400 + offsets[parts[1] - 1] + parts[2]) % 7
    }

    /// The moment by a format.
    ///
    /// - Throws: `JinjaError`, naming a sign that is not known.
    func text(_ format: String) throws(JinjaError) -> String {
        var result = ""
        var isSign = false
        for scalar in format.unicodeScalars {
            guard isSign else {
                if scalar == "%" { isSign = true } else { result.unicodeScalars.append(scalar) }
                continue
            }
            if scalar == "-" {
                throw JinjaError("the date format \"%-\"")
            }
            isSign = false
            result += try part(scalar)
        }
        return result
    }

    private func part(_ sign: Unicode.Scalar) throws(JinjaError) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch sign {
        case "Y": return String(repeating: "0", count: 4 - "\(parts[0])".count) + "\(parts[0])"
        case "y": return two(parts[0] % 100)
        case "m": return two(parts[1])
        case "d": return two(parts[2])
        case "H": return two(parts[3])
        case "I": return two((parts[3] + 11) % 12 + 1)
        case "M": return two(parts[4])
        case "S": return two(parts[5])
        case "p": return parts[3] < 12 ? "AM" : "PM"
        case "B": return Self.months[parts[1] - 1]
        case "b": return String(Self.months[parts[1] - 1].prefix(3))
        case "A": return Self.days[weekday]
        case "a": return String(Self.days[weekday].prefix(3))
        case "F": return try text("%Y-%m-%d")
        case "T": return try text("%H:%M:%S")
        case "%": return "%"
        default: throw JinjaError("the date format \"%\(sign)\"")
        }
    }
}
