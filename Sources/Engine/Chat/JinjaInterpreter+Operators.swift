extension JinjaInterpreter {
    mutating func member(_ base: JinjaValue, _ name: String) throws(JinjaError) -> JinjaValue {
        switch base {
        case .undefined(let text): throw JinjaError("\(text) is undefined, so it has no \(name)")
        case .map(let map):
            if ["items", "keys", "values", "get"].contains(name) { return .function(.method(base, name)) }
            return map[.string(name)] ?? .undefined(name)
        case .namespace(let space): return space.values[.string(name)] ?? .undefined(name)
        case .string where Self.stringMethods.contains(name): return .function(.method(base, name))
        default: return .undefined(name)
        }
    }

    mutating func item(_ base: JinjaValue, _ key: JinjaValue) throws(JinjaError) -> JinjaValue {
        switch base {
        case .undefined(let text): throw JinjaError("\(text) is undefined, so it has no items")
        case .map(let map): return map[key] ?? .undefined(key.text)
        case .namespace(let space): return space.values[key] ?? .undefined(key.text)
        case .list(let list):
            guard let place = key.whole else { return .undefined(key.text) }
            let index = place < 0 ? list.items.count + place : place
            return list.items.indices.contains(index) ? list.items[index] : .undefined("item \(place)")
        case .string(let text):
            guard let place = key.whole else {
                if case .string(let name) = key { return try member(base, name) }
                return .undefined(key.text)
            }
            try charge(text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let index = place < 0 ? scalars.count + place : place
            return scalars.indices.contains(index)
                ? .string(String(scalars[index])) : .undefined("item \(place)")
        default: return .undefined(key.text)
        }
    }

    /// `base[first:last:step]` as Python has it.
    mutating func slice(_ base: JinjaValue, _ first: Int?, _ last: Int?, _ step: Int?) throws(JinjaError)
        -> JinjaValue
    {
        try charge(base.size)
        guard let items = try elements(of: base), step != 0, !base.isMap else {
            throw JinjaError("a slice of \(base.kind)")
        }
        let step = step ?? 1
        let count = items.count
        func place(_ bound: Int?, _ missing: Int) -> Int {
            guard let bound else { return missing }
            let (low, high) = step > 0 ? (0, count) : (-1, count - 1)
            return min(max(bound < 0 ? bound + count : bound, low), high)
        }
        var index = place(first, step > 0 ? 0 : count - 1)
        let end = place(last, step > 0 ? count : -1)
        var kept: [JinjaValue] = []
        while step > 0 ? index < end : index > end {
            kept.append(items[index])
            let (sum, isOver) = index.addingReportingOverflow(step)
            if isOver { break }
            index = sum
        }
        if case .string = base { return .string(kept.map(\.text).joined()) }
        return .list(kept)
    }

    func unary(_ sign: String, _ value: JinjaValue) throws(JinjaError) -> JinjaValue {
        switch (sign, value) {
        case ("not", _): return .bool(!value.isTrue)
        case ("-", .integer(let number)) where number != .min: return .integer(-number)
        case ("-", .float(let number)): return .float(-number)
        case ("+", .integer), ("+", .float): return value
        default: throw JinjaError("\"\(sign)\" before \(value.kind)")
        }
    }

    mutating func binary(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) throws(JinjaError)
        -> JinjaValue
    {
        switch sign {
        case "~": return .string(try text(left) + (try text(right)))
        case "==": return .bool(try isEqual(left, right))
        case "!=": return .bool(!(try isEqual(left, right)))
        case "in": return .bool(try contains(right, left))
        case "not in": return .bool(!(try contains(right, left)))
        case "<", ">", "<=", ">=": return .bool(try compare(sign, left, right))
        default: break
        }
        switch (sign, left, right) {
        case ("+", .string(let first), .string(let second)):
            try charge(first.utf8.count + second.utf8.count)
            return .string(first + second)
        case ("+", .list(let first), .list(let second)):
            try charge(first.items.count + second.items.count)
            return .list(first.items + second.items, isTuple: first.isTuple)
        case ("*", .string(let text), .integer(let count)), ("*", .integer(let count), .string(let text)):
            let (size, isOver) = max(count, 0).multipliedReportingOverflow(by: text.utf8.count + 1)
            try charge(isOver ? limits.steps + 1 : min(size, limits.steps + 1))
            return .string(String(repeating: text, count: max(count, 0)))
        case ("%", .string, _): throw JinjaError("\"%\" after a string")
        default: return try arithmetic(sign, left, right)
        }
    }

    private func arithmetic(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) throws(JinjaError)
        -> JinjaValue
    {
        if let first = left.whole, let second = right.whole {
            let result: (partialValue: Int, overflow: Bool)
            switch sign {
            case "+": result = first.addingReportingOverflow(second)
            case "-": result = first.subtractingReportingOverflow(second)
            case "*": result = first.multipliedReportingOverflow(by: second)
            case "//", "%":
                guard second != 0, !(first == .min && second == -1) else {
                    throw JinjaError("a division by zero")
                }
                let rest = first % second
                let isBelow = rest != 0 && (rest < 0) != (second < 0)
                return .integer(
                    sign == "%" ? (isBelow ? rest + second : rest) : first / second - (isBelow ? 1 : 0)
                )
            case "/":
                guard second != 0 else { throw JinjaError("a division by zero") }
                return .float(Double(first) / Double(second))
            default: throw JinjaError("\"\(sign)\" of numbers")
            }
            guard !result.overflow else { throw JinjaError("a number out of range") }
            return .integer(result.partialValue)
        }
        guard let first = left.number, let second = right.number else {
            throw JinjaError("\"\(sign)\" of \(left.kind) and \(right.kind)")
        }
        switch sign {
        case "+": return .float(first + second)
        case "-": return .float(first - second)
        case "*": return .float(first * second)
        case "/" where second != 0: return .float(first / second)
        default: throw JinjaError("\"\(sign)\" of numbers")
        }
    }

    mutating func isEqual(_ left: JinjaValue, _ right: JinjaValue) throws(JinjaError) -> Bool {
        try charge(1)
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let first), .string(let second)):
            try charge(min(first.utf8.count, second.utf8.count) / 16)
            return first.utf8.elementsEqual(second.utf8)
        case (.list(let first), .list(let second)):
            guard first.items.count == second.items.count, first.isTuple == second.isTuple else {
                return false
            }
            for (one, other) in zip(first.items, second.items) where !(try isEqual(one, other)) {
                return false
            }
            return true
        case (.map(let first), .map(let second)):
            guard first.entries.count == second.entries.count else { return false }
            for (key, value) in first.entries {
                guard let other = second[key], try isEqual(value, other) else { return false }
            }
            return true
        default:
            guard let first = left.number, let second = right.number else { return false }
            return first == second
        }
    }

    mutating func contains(_ whole: JinjaValue, _ part: JinjaValue) throws(JinjaError) -> Bool {
        switch whole {
        case .map(let map): return map[part] != nil
        case .namespace(let space): return space.values[part] != nil
        case .string(let text):
            guard case .string(let wanted) = part else { throw JinjaError("\(part.kind) in a string") }
            try charge(text.utf8.count)
            return Self.range(of: wanted, in: Array(text.utf8)[...]) != nil
        case .list(let list):
            for item in list.items where try isEqual(item, part) { return true }
            return false
        case .undefined: return false
        default: throw JinjaError("\"in\" with \(whole.kind)")
        }
    }

    /// Where a text begins in bytes; an empty one begins at once.
    static func range(of wanted: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let wanted = Array(wanted.utf8)
        guard let first = wanted.first else { return bytes.startIndex..<bytes.startIndex }
        guard bytes.count >= wanted.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count)
        where bytes[start] == first && bytes[start...].starts(with: wanted) {
            return start..<(start + wanted.count)
        }
        return nil
    }

    private func compare(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) throws(JinjaError) -> Bool {
        if case .string(let first) = left, case .string(let second) = right {
            let isLess = first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
            let isMore = second.unicodeScalars.lexicographicallyPrecedes(first.unicodeScalars)
            switch sign {
            case "<": return isLess
            case ">": return isMore
            case "<=": return !isMore
            default: return !isLess
            }
        }
        guard let first = left.number, let second = right.number else {
            throw JinjaError("\"\(sign)\" of \(left.kind) and \(right.kind)")
        }
        switch sign {
        case "<": return first < second
        case ">": return first > second
        case "<=": return first <= second
        default: return first >= second
        }
    }
}

extension JinjaValue {
    var isMap: Bool { if case .map = self { true } else { false } }
}
