extension ExpressionLexer {
    /// Digits with separators of thousands, decimals, a power of ten.
    mutating func number() throws(Unread) {
        var index = place
        var whole = digits(&index)
        var isPlain = !whole.isEmpty
        if level == 0, (1...3).contains(whole.count), whole.first != "0" {
            isPlain = !groups(&index, &whole) && isPlain
        } else if groupsInBraces(&index, &whole) {
            isPlain = false
        }
        var decimals = ""
        if scalar(at: index) == ".", isDigit(at: index + 1) {
            index += 1
            decimals = digits(&index)
            isPlain = false
        } else if scalar(at: index) == ".", follows("\\overline{", at: index + 1) {
            index += 1
            isPlain = false
        }
        // 128 bits, as results have.
        guard whole.count + decimals.count <= 39, let all = Int128(whole + decimals),
            let unit = decimals.isEmpty ? ExactNumber(1) : ExactNumber(10).raised(to: decimals.count),
            var value = ExactNumber(all, over: 1)?.divided(by: unit)
        else { throw .tooLarge }
        if !isPlain, follows("\\overline{", at: index) {
            value = try repeating(value, after: decimals.count, &index)
        }
        if scalar(at: index) == ":" { throw .ratio }
        if isDigit(at: index + 1), scalar(at: index) == "." {
            throw Unread("digits and points together name something, such as a version")
        }
        try scale(&value, &index, &isPlain)
        try add(.number(value, digits: isPlain ? whole : nil), length: index - place)
    }

    private func digits(_ index: inout Int) -> String {
        var text = ""
        while isDigit(at: index) {
            text.unicodeScalars.append(scalars[index])
            index += 1
        }
        return text
    }

    func follows(_ text: String, at index: Int) -> Bool {
        let wanted = text.unicodeScalars
        guard index >= 0, index + wanted.count <= scalars.count else { return false }
        return scalars[index..<index + wanted.count].elementsEqual(wanted)
    }

    /// Groups of three digits, each after the same separator; whether there were any.
    private mutating func groups(_ index: inout Int, _ whole: inout String) -> Bool {
        for separator in [",\\!", "{,}", ",", "\\,", "\\ ", " ", "\u{A0}", "\u{2009}", "\u{202F}"] {
            var (end, text, count) = (index, whole, 0)
            while follows(separator, at: end) {
                var next = end + separator.unicodeScalars.count
                while separator == ",\\!", scalar(at: next) == " " { next += 1 }
                guard (0..<3).allSatisfy({ isDigit(at: next + $0) }), !isDigit(at: next + 3) else { break }
                text += digits(&next)
                (end, count) = (next, count + 1)
            }
            // A fraction after a space is a mixed number's, as in `1 100/200`.
            guard count > 0, !(separator == " " && scalar(at: end) == "/") else { continue }
            (index, whole) = (end, text)
            return true
        }
        return false
    }

    private mutating func groupsInBraces(_ index: inout Int, _ whole: inout String) -> Bool {
        var isGrouped = false
        while follows("{,}", at: index), isDigit(at: index + 3) {
            index += 3
            whole += digits(&index)
            isGrouped = true
        }
        return isGrouped
    }

    /// `0.1\overline{6}`: exactly.
    private func repeating(_ value: ExactNumber, after decimals: Int, _ index: inout Int) throws(Unread)
        -> ExactNumber
    {
        index += "\\overline{".count
        let text = digits(&index)
        guard scalar(at: index) == "}", (1...12).contains(text.count), let period = Int(text) else {
            throw Unread("the digits that repeat are not read")
        }
        index += 1
        let ten = ExactNumber(10)
        guard let nines = ten.raised(to: text.count)?.plus(ExactNumber(-1)),
            let scale = decimals == 0 ? ExactNumber(1) : ten.raised(to: decimals),
            let part = ExactNumber(period).divided(by: nines)?.divided(by: scale),
            let sum = value.plus(part)
        else { throw .tooLarge }
        return sum
    }

    /// `1.2e3`.
    private func scale(_ value: inout ExactNumber, _ index: inout Int, _ isPlain: inout Bool) throws(Unread) {
        guard let letter = scalar(at: index), letter == "e" || letter == "E" else { return }
        var next = index + 1
        let isNegative = scalar(at: next) == "-"
        if isNegative || scalar(at: next) == "+" { next += 1 }
        guard isDigit(at: next) else { return }
        let text = digits(&next)
        guard text.count <= 3, let power = Int(text),
            let factor = power == 0
                ? ExactNumber(1) : ExactNumber(10).raised(to: isNegative ? -power : power),
            let scaled = value.times(factor)
        else { throw .tooLarge }
        (value, index, isPlain) = (scaled, next, false)
    }
}
