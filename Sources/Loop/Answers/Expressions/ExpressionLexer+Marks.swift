extension ExpressionLexer {
    /// The end of the sentence; a point before digits belongs to them.
    mutating func point() throws(Unread) {
        if isDigit(at: place + 1) { return try number() }
        if scalar(at: place + 1) == "." { throw Unread("\"…\" leaves the expression open") }
        var index = place + 1
        while let scalar = scalar(at: index), "$*`)]}\"\\”".unicodeScalars.contains(scalar) { index += 1 }
        guard let next = scalar(at: index) else {
            // Only marks follow: they are read without the point.
            return pass()
        }
        guard next.properties.isWhitespace else {
            throw Unread("a point in the answer leaves no plain expression")
        }
        // Brackets that close after the point belong to the sentence.
        let closers = scalars[place + 1..<index].filter { ")]}".unicodeScalars.contains($0) }
        for closer in closers where level > 0 { try mark(Character(closer), length: 0) }
        place = index
        isEnded = scalars[index...].contains { !$0.properties.isWhitespace }
        if !isEnded { place = scalars.count }
    }

    /// Emphasis, a power or a product.
    mutating func star() throws(Unread) {
        let isDouble = scalar(at: place + 1) == "*"
        let length = isDouble ? 2 : 1
        var next = place + length
        while scalar(at: next) == " " { next += 1 }
        let isLast = next >= scalars.count || scalars[next] == "."
        if tokens.isEmpty || isLast { return pass(length) }
        try mark(isDouble ? "^" : "*", length: length)
    }

    /// `²`, `⁻¹`.
    mutating func raised() throws(Unread) {
        var (index, value, count) = (place, Int128(0), 0)
        let isNegative = scalars[index] == "⁻"
        if isNegative { index += 1 }
        while let scalar = scalar(at: index), let digit = Glyphs.raisedDigit(scalar), count < 9 {
            (value, count, index) = (value * 10 + Int128(digit), count + 1, index + 1)
        }
        guard count > 0, let number = ExactNumber(isNegative ? -value : value, over: 1) else {
            throw Unread("a raised sign leaves no plain expression")
        }
        try mark("^", length: 0)
        try add(.number(number, digits: nil), length: index - place)
    }
}
