extension NumberLexer {
    /// A number in digits: separators of thousands, decimals, an exponent.
    mutating func digits() {
        let isNamed = tokens.last?.word != nil && tokens.last?.end == place
        var index = place
        var shape = Shape()
        do throws(Unread) {
            guard !isNamed else { throw Unread("letters and digits together name something") }
            take(&index, &shape)
            try groups(&index, &shape)
            if scalar(at: index) == ".", isDigit(at: index + 1) {
                index += 1
                shape.isWhole = false
                let before = shape.count
                take(&index, &shape)
                shape.decimals = shape.count - before
            }
            try end(index)
            try exponent(&index, &shape)
            add(.digits(try shape.digits()), length: index - place)
        } catch {
            // The whole run of digits belongs to what was refused.
            while isDigit(at: index) || isDigit(at: index + 1) && isInside(index) { index += 1 }
            add(.refused(error.reason), length: max(index - place, 1))
        }
    }

    /// What has been read of a number in digits.
    private struct Shape {
        var value: Int128 = 0
        var count = 0
        var decimals = 0
        var exponent = 0
        var isWhole = true
        var isSpaced = false
        var startsWithZero = false

        func digits() throws(Unread) -> NumberToken.Digits {
            // Before the digits are counted, so that the scale has at most 30 zeros, too.
            guard count <= 30, abs(exponent) <= 60 else { throw .tooLarge }
            guard let ten = ExactNumber(10).raised(to: min(decimals, 30)),
                let plain = ExactNumber(value, over: 1)?.divided(by: ten)
            else { throw .tooLarge }
            guard exponent != 0 else {
                return NumberToken.Digits(value: plain, isWhole: isWhole, isSpaced: isSpaced)
            }
            guard let scale = ExactNumber(10).raised(to: exponent), let scaled = plain.times(scale) else {
                throw .tooLarge
            }
            return NumberToken.Digits(value: scaled, isWhole: false, isSpaced: isSpaced)
        }
    }

    private func take(_ index: inout Int, _ shape: inout Shape) {
        if shape.count == 0 { shape.startsWithZero = scalar(at: index) == "0" }
        while isDigit(at: index) {
            if shape.count < 30 { shape.value = shape.value * 10 + Int128(scalars[index].value - 0x30) }
            shape.count += 1
            index += 1
        }
    }

    /// Groups of three digits, each after the same separator.
    private func groups(_ index: inout Int, _ shape: inout Shape) throws(Unread) {
        var used: String?
        let first = shape.count
        while let separator = separator(at: index), isDigit(at: index + separator.count) {
            let next = index + separator.count
            var end = next
            while isDigit(at: end), end - next < 4 { end += 1 }
            let isGroup = end - next == 3 && (1...3).contains(first) && !shape.startsWithZero
            let isSpace = separator.name == " "
            guard isGroup, used == nil || used == separator.name else {
                // Two numbers side by side are told apart later; other separators belong to one number.
                if isSpace, used == nil || used == " " { return }
                throw .grouping
            }
            index = next
            take(&index, &shape)
            used = separator.name
            shape.isWhole = false
            shape.isSpaced = shape.isSpaced || isSpace
        }
    }

    private func separator(at index: Int) -> (name: String, count: Int)? {
        guard let scalar = scalar(at: index) else { return nil }
        switch scalar {
        case ",": return (",", 1)
        case "'", "’": return ("'", 1)
        case "_": return ("_", 1)
        case " ": return (" ", 1)
        case "~": return ("~", 1)
        case "{":
            guard self.scalar(at: index + 1) == ",", self.scalar(at: index + 2) == "}" else { return nil }
            return ("{,}", 3)
        case "\\":
            guard let next = self.scalar(at: index + 1), ",;: ".unicodeScalars.contains(next) else {
                return nil
            }
            return ("\\", 2)
        default: return Glyphs.isThinSpace(scalar) ? ("thin", 1) : nil
        }
    }

    /// `e3`, `E-5`; none where letters go on.
    private func exponent(_ index: inout Int, _ shape: inout Shape) throws(Unread) {
        guard let letter = scalar(at: index), letter == "e" || letter == "E" else { return }
        var next = index + 1
        let isNegative = scalar(at: next).map(Glyphs.isDash) ?? false
        if isNegative || scalar(at: next) == "+" { next += 1 }
        guard isDigit(at: next) else { return }
        var value = 0
        while isDigit(at: next) {
            value = min(value * 10 + Int(scalars[next].value - 0x30), 1000)
            next += 1
        }
        if let after = scalar(at: next), Self.isLetter(after) {
            throw Unread("letters and digits together name something")
        }
        shape.exponent = isNegative ? -value : value
        index = next
        try end(index)
    }

    /// Refuses a second point, a comma or an apostrophe that goes on with digits.
    private func end(_ index: Int) throws(Unread) {
        guard isDigit(at: index + 1), let scalar = scalar(at: index) else { return }
        switch scalar {
        case ".": throw Unread("digits and points together name something, such as a version")
        case ",", "'", "’", "_": throw .grouping
        case ":": throw Unread("a time or a ratio is given, not one number")
        default: break
        }
    }

    /// Whether a character between digits belongs to the number that they write.
    private func isInside(_ index: Int) -> Bool {
        scalar(at: index).map { ".,':_’".unicodeScalars.contains($0) } ?? false
    }
}
