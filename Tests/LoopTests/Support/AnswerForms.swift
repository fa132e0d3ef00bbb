/// Forms of answers, one a line, and what profile `strict` reads in each.
enum AnswerForms {
    /// The form, and the canonical answer.
    static let read = pairs(of: readText, by: " => ")
    /// The form, and why it gives no answer.
    static let refused = pairs(of: refusedText, by: " -- ")

    private static func pairs(of text: String, by separator: String) -> [(String, String)] {
        text.split(separator: "\n").compactMap { line in
            let line = String(line)
            guard let place = line.ranges(of: separator).last else { return nil }
            return (String(line.prefix(upTo: place.lowerBound)), String(line.suffix(from: place.upperBound)))
        }
    }

    private static let readText = #"""
        so far 8 => 8
        ⟹ 8 => 8
        –6 => -6
        - 6 => -6
        minus 6 => -6
        -(6) => -6
        \frac{3}{4} => 0.75
        \boxed{\frac{3}{4}} => 0.75
        3⁄4 => 0.75
        -\frac{3}{4} => -0.75
        2 1/2 => 2.5
        2\frac{1}{2} => 2.5
        2½ => 2.5
        1 000 => 1000
        1{,}000 => 1000
        1\,000 => 1000
        1.2 \times 10^3 => 1200
        1.2 x 10^3 => 1200
        2**3 => 8
        2³ => 8
        10^3 => 1000
        3 x 4 = 12 => 12
        5k => 5000
        5 million => 5000000
        5.0. => 5
        1/2. => 0.5
        2 / 6 => 1/3
        1,234. => 1234
        1,234,567.50 => 1234567.5
        $5 => 5
        -$5.25 => -5.25
        $-5 => -5
        12%. => 12
        -6. => -6
        −6. => -6
        +6. => 6
        .5 => 0.5
        -0. => 0
        007 => 7
        : **8** apples => 8
        $5/month => 5
        8 and not 9 => 8
        5kg. => 5
        8. The answer is 9. => 8
        123456789012345678901234567890 => 123456789012345678901234567890
        eight. => 8
        3 + 4 = 7 => 7
        1e3 => 1000
        —6 => -6
        — 6 => -6
        negative 6 => -6
        ‒6 => -6
        ‑6 => -6
        -(3/4) => -0.75
        −½ => -0.5
        -2 1/2 => -2.5
        -2\frac12 => -2.5
        \dfrac{3}{4} => 0.75
        \tfrac34 => 0.75
        \frac 34 => 0.75
        \frac{-3}{4} => -0.75
        -\dfrac{3}{4} => -0.75
        $\frac{3}{4}$ => 0.75
        \boxed{8} => 8
        \boxed{-8} => -8
        \boxed{1{,}000} => 1000
        \boxed{8 \text{ apples}} => 8
        \(8\) => 8
        \[8\] => 8
        $8$ => 8
        $$8$$ => 8
        **8** => 8
        __8__ => 8
        `8` => 8
        *8* => 8
        **-8** => -8
        "8" => 8
        1 000 000 => 1000000
        12 345.5 => 12345.5
        1'000 => 1000
        1’000 => 1000
        1_000 => 1000
        1\ 000 => 1000
        1 234 567 => 1234567
        1 000 dollars => 1000
        1.2e3 => 1200
        1.2E+3 => 1200
        1.5e-3 => 0.0015
        1.2·10³ => 1200
        1.2 × 10^{3} => 1200
        1.2 \cdot 10^{3} => 1200
        1.2 * 10^3 => 1200
        1.2 * 10**3 => 1200
        5 \times 10^{-2} => 0.05
        10^{-2} => 0.01
        10⁻² => 0.01
        2^10 => 1024
        2^{10} => 1024
        (-2)^2 => 4
        -2^2 => -4
        (1/2)^2 => 0.25
        50% => 50
        50 % => 50
        50\% => 50
        50 percent => 50
        50 per cent => 50
        €5 => 5
        5 € => 5
        5€ => 5
        5 USD => 5
        USD 5 => 5
        US$5 => 5
        Rs. 500 => 500
        £1,000.50 => 1000.5
        \$5 => 5
        5 dollars => 5
        5 apples => 5
        5 km/h => 5
        5 m^2 => 5
        5 cm² => 5
        5 m2 => 5
        5°C => 5
        5^\circ => 5
        90 degrees => 90
        5-year => 5
        5K => 5000
        2.5k => 2500
        5M => 5000000
        5bn => 5000000000
        2.5 million => 2500000
        3 hundred => 300
        5 thousand => 5000
        5 hundred thousand => 500000
        5 billion dollars => 5000000000
        $5 million => 5000000
        twelve => 12
        Twelve. => 12
        one hundred and five => 105
        one hundred five => 105
        twenty-one => 21
        twenty one => 21
        nine hundred ninety-nine thousand nine hundred ninety-nine => 999999
        one million => 1000000
        a hundred => 100
        a dozen => 12
        two dozen => 24
        half => 0.5
        one half => 0.5
        two thirds => 2/3
        three-quarters => 0.75
        a quarter => 0.25
        two and a half => 2.5
        2 and a half => 2.5
        2 and 1/2 => 2.5
        minus twelve => -12
        negative one hundred => -100
        zero => 0
        twelve apples => 12
        x = 12 => 12
        5 boxes of 12 = 60 => 60
        x=-12 => -12
        = 8 => 8
        x = \frac{1}{2} => 0.5
        $x = 12$ => 12
        2 + 2 = 4 apples => 4
        3 plus 4 equals 7 => 7
        a = b = 12 => 12
        \sqrt{16} = 4 => 4
        5! = 120 => 120
        50 - 20 = 30 => 30
        2^3 = 8 => 8
        1/2 = 0.5 => 0.5
        x ≈ 3.14 => 3.14
        8! => 8
        8 because 3 + 5 = 8. => 8
        8 since 3 + 5 is 8 => 8
        8, not 9 => 8
        8 (not 9) => 8
        8 rather than 9 => 8
        8 instead of 9 => 8
        eight (8) => 8
        8 (eight) => 8
        probably 8 => 8
        about 8 => 8
        that Tom has 8 apples => 8
        exactly 8. => 8
        8.So the => 8
        8 apples per day => 8
        5 times => 5
        5 times as many => 5
        3/ 4 => 0.75
        3 /4 => 0.75
        3∕4 => 0.75
        ¾ => 0.75
        1 ½ => 1.5
        1½ cups => 1.5
        two hundred thousand and six => 200006
        1 000. => 1000
        (8) => 8
        (8). => 8
        (-8) => -8
        ((8)) => 8
        -(-8) => 8
        \left(\frac{1}{2}\right)^2 => 0.25
        \frac{\frac{1}{2}}{3} => 1/6
        \frac{1,000}{4} => 250
        number 8 => 8
        8 the => 8
        1,000,000 => 1000000
        0.1234567890123456789 => 0.1234567890123456789
        0.00001 => 0.00001
        1e-5 => 0.00001
        100.00 => 100
         8 . => 8
        8 , => 8
        - $6 => -6
        $ 6 => 6
        -$ 6 => -6
        12 345 678 901 => 12345678901
        5 600 => 5600
        8; so => 8
        **Answer:** 8 => 8
        8/10 => 0.8
        3/4 cup => 0.75
        12 / 3 = 4 => 4
        3 4/5 => 3.8
        10 ^ 3 => 1000
        5 m³ => 5
        A: 8 => 8
        ~5 => 5
        ≈5 => 5
        approximately 5 => 5
        approx. 5 => 5
        $1.5 \times 10^6$ => 1500000
        1.5 million dollars => 1500000
        5 more => 5
        1. => 1
        5 x 10^2 = 500 => 500
        -5/6 => -5/6
        -(5/6) => -5/6
        100% => 100
        7 days a week => 7
        7 days/week => 7
        $3 \times 4 = \boxed{12}$ => 12
        the total is \$18. => 18
        5 lakh => 500000
        1.5e3 apples => 1500
        six hundred and sixty-six => 666
        eleven hundred => 1100
        three million two hundred thousand => 3200000
        minus 2½ => -2.5
        -1 000 => -1000
        −1,000.25 => -1000.25
        (1/2) => 0.5
        y = 2x = 8 => 8
        A = πr^2 = 3.14 * 2^2 = 12.56 => 12.56
        5 m + 3 m = 8 m => 8
        60 km/h * 2 h = 120 km => 120
        3 apples x 2 = 6 => 6
        f(2) = 5 => 5
        total for 3 people = 24 => 24
        5 m2 => 5
        5 cm2 => 5
        three fourths => 0.75
        two hundredths => 0.02
        **5** => 5
        5* => 5
        8 minutes => 8
        """#

    private static let refusedText = #"""
        12am -- "am" after the number leaves no plain number
        8 pm -- "pm" after the number leaves no plain number
        8 p.m. -- "p.m." makes the number a time
        8 Jan -- "jan" makes the number a date
        8kk -- "kk" after the number leaves no plain number
        5 gross -- "gross" after the number leaves no plain number
        anything but 8 -- "anything" comes before the number
        all but 8 -- "but" comes before the number
        far from 8 -- "from" comes before the number
        the opposite of 8 -- "opposite" comes before the number
        I doubt it is 8 -- "doubt" comes before the number
        ¬8 -- "¬" in the answer leaves no plain number
        8 ❓ -- "❓" takes the number back
        2x = 8 -- an equation with the unknown "x" is given, not one number
        x + 2 = 8 -- an equation with the unknown "x" is given, not one number
        x/2 = 4 -- an equation with the unknown "x" is given, not one number
        x^2 = 4 -- an equation with the unknown "x" is given, not one number
        x² = 4 -- an equation with the unknown "x" is given, not one number
        -x = 5 -- an equation with the unknown "x" is given, not one number
        2t + 4 = 8 -- an equation with the unknown "t" is given, not one number
        8 for x = 2 -- "for" before "=" leaves no plain number
        8 when x = 2 -- "when" before "=" leaves no plain number
        8 if x -- "if" after the number leaves no plain number
        8 maybe -- "maybe" after the number leaves no plain number
        8 max -- "max" after the number leaves no plain number
        three quarter -- "quarter" after a number may be a part or a thing; write the fraction in digits
        two hundredth -- "hundredth" after a number may be a part or a thing; write the fraction in digits
        one hundred twentieth -- "twentieth" after a number may be a part or a thing; write the fraction in digits
        3 twos -- "twos" after the number multiplies it
        5 tens -- "tens" after the number multiplies it
        5r2 -- letters and digits together name something
        5 ✗ -- "✗" takes the number back
        5 ❌ -- "❌" takes the number back
        5‰ -- "‰" in the answer leaves no plain number
        5 * -- an expression is given, not one number
        5- -- a dash follows the number, and nothing after it
        5 − -- a dash follows the number, and nothing after it
        5/hundred -- an expression is given, not one number
        5 or 6 -- "or" after the number leaves no plain number
        5–6 -- a range or a difference is given, not one number
        (5, 6) -- more than one number is given, 5 and 6
        10:30 -- a time or a ratio is given, not one number
        not 5 but 6 -- "not" comes before the number
        n't 8, it is 9 -- "n't" comes before the number
        A-12 -- a dash joins a word and a number
        unknown. 5 is odd -- no number follows the answer cue
        3 - 4 -- a range or a difference is given, not one number
        10-6 -- a range or a difference is given, not one number
        3 * 4 -- an expression is given, not one number
        x5 -- no number follows the answer cue
        1,23 -- a comma or space in the number groups no thousands
        1234,567 -- a comma or space in the number groups no thousands
        1.2.3 -- digits and points together name something, such as a version
        1/0 -- the answer divides by 0
        1/2/3 -- a chain of fractions is given, not one number
        1234567890123456789012345678901 -- the number is too large or too long
        10^1000000 -- the number is too large or too long
        10^99999999999999999999999 -- the number is too large or too long
        1e1000000 -- the number is too large or too long
        9^9^9 -- a power of a power is given
        2^0.5 -- the power is not a whole number
        0^0 -- the number is too large or too long
        1/3 = 0.33 -- "=" joins two numbers that differ, 1/3 and 0.33
        x = 5 y = 6 -- "=" joins two numbers that differ, 5 and 6
        5 apples = 6 -- "=" joins two numbers that differ, 5 and 6
        5 = 6 -- "=" joins two numbers that differ, 5 and 6
        a = 5, b = 6 -- more than one equation is given
        x = 5 or x = 6 -- "or" before "=" leaves no plain number
        x = 5 and y = 6 -- "and" before "=" leaves no plain number
        x = ±3 -- "±" in the answer leaves no plain number
        ± 3 -- "±" in the answer leaves no plain number
        5, 6 -- more than one number is given, 5 and 6
        5 and 6 -- more than one number is given, 5 and 6
        5 to 6 -- "to" after the number leaves no plain number
        5 - 6 -- a range or a difference is given, not one number
        5—6 -- a range or a difference is given, not one number
        between 5 and 6 -- "between" before the number leaves no plain number
        either 5 or 6 -- "either" before the number leaves no plain number
        5/6 or 1/2 -- "or" after the number leaves no plain number
        3:1 -- a time or a ratio is given, not one number
        [5, 6] -- "[" in the answer leaves no plain number
        {5, 6} -- more than one number is given, 5 and 6
        x5 = y -- no number follows the answer cue
        12-A -- a dash joins the number and "a"
        B12 -- no number follows the answer cue
        v1.2 -- digits and points together name something, such as a version
        1.2.3.4 -- digits and points together name something, such as a version
        2020-05-06 -- a range or a difference is given, not one number
        5/6/2020 -- a chain of fractions is given, not one number
        May 5 -- "may" makes the number a date or a name
        5 May 2020 -- "may" makes the number a date
        May 5, 2020 -- "may" makes the number a date or a name
        5th -- the number counts a place ("th")
        21st -- the number counts a place ("st")
        twenty-first -- a dash joins the number and "first"
        not 8 -- "not" comes before the number
        isn't 8 -- "isn't" comes before the number
        isn’t 8 -- "isn't" comes before the number
        is not 8, it is 9 -- "not" comes before the number
        less than 8 -- "less" before the number leaves no plain number
        more than 8 -- "more" before the number leaves no plain number
        at least 8 -- "least" before the number leaves no plain number
        at most 8 -- "most" before the number leaves no plain number
        over 8 -- "over" before the number leaves no plain number
        > 8 -- ">" in the answer leaves no plain number
        ≥ 8 -- "≥" in the answer leaves no plain number
        √16 -- "√" in the answer leaves no plain number
        \sqrt{16} -- "\sqrt" in the answer leaves no plain number
        2\pi -- "\pi" in the answer leaves no plain number
        2π -- "π" after the number may be a variable
        3x -- "x" after the number leaves no plain number
        3x + 2 -- "x" after the number leaves no plain number
        x + 5 -- an expression is given, not one number
        3 + 4 -- an expression is given, not one number
        3 × 4 -- an expression is given, not one number
        6 ÷ 2 -- "÷" in the answer leaves no plain number
        6 minus 2 -- "minus" after the number leaves no plain number
        8 squared -- "squared" after the number leaves no plain number
        the square root of 16 -- "square" before the number leaves no plain number
        twice 8 -- "twice" before the number leaves no plain number
        0.333... -- the digits go on ("…")
        0.333… -- the digits go on ("…")
        8? -- a question mark follows in the answer
        8 apples and 3 pears -- more than one number is given, 8 and 3
        8 apples and 3 left -- more than one number is given, 8 and 3
        12 hours and 30 minutes -- more than one number is given, 12 and 30
        24 out of 30 -- more than one number is given, 24 and 30
        0,5 -- a comma or space in the number groups no thousands
        3,5 -- a comma or space in the number groups no thousands
        1,2,3 -- a comma or space in the number groups no thousands
        1.234,56 -- a comma or space in the number groups no thousands
        12,34 -- a comma or space in the number groups no thousands
        0x1F -- an expression is given, not one number
        1e -- "e" after the number may be a variable
        5i -- "i" after the number may be a variable
        8 is not right -- "not" after the number takes it back
        8 is wrong -- "wrong" after the number takes it back
        3 times the number -- an expression is given, not one number
        ３ -- digits of another script are not read
        --6 -- two signs come before the number
        +-6 -- two signs come before the number
        -- -- no number follows the answer cue
        - -- no number follows the answer cue
        $ -- no number follows the answer cue
        1/-2 -- an expression is given, not one number
        5 3/2 -- a number with a fraction after it is no mixed number
        2 5/5 -- a number with a fraction after it is no mixed number
        2 100/200 -- a space before a fraction may group thousands or begin a mixed number
        1 000/2 -- a space before a fraction may group thousands or begin a mixed number
        5(3 + 2) -- a product is given, not one number
        (5)(6) -- a product is given, not one number
        \frac{1}{0} -- a fraction in the answer is not one of two plain numbers
        \frac{x}{2} -- a fraction in the answer is not one of two plain numbers
        \frac{\pi}{2} -- a fraction in the answer is not one of two plain numbers
        8 = x -- no number follows the answer cue
        $5-$10 -- a range or a difference is given, not one number
        5%-6% -- a range or a difference is given, not one number
        5 vs 6 -- "vs" after the number leaves no plain number
        5 5 -- more than one number is given, 5 and 5
        5 8/9 6 -- more than one number is given, 53/9 and 6
        one or two -- "or" after the number leaves no plain number
        one of them -- no number follows the answer cue
        5 tenths -- "tenths" after a number may be a part or a thing; write the fraction in digits
        twenty - one -- a range or a difference is given, not one number
        the 3rd -- the number counts a place ("rd")
        5'3 -- a comma or space in the number groups no thousands
        1 00 -- more than one number is given, 1 and 0
        100 200 300 4 -- more than one number is given, 100200300 and 4
        8;9 -- more than one number is given, 8 and 9
        <b>8</b> -- "<" in the answer leaves no plain number
        step 3 -- "step" makes the number a date or a name
        room 12 -- "room" makes the number a date or a name
        iPhone 12 -- "iphone" makes the number a date or a name
        #5 -- "#" in the answer leaves no plain number
        &8 -- "&" in the answer leaves no plain number
        5 ± 1 -- "±" in the answer leaves no plain number
        5 more than x -- "more than" after the number leaves no plain number
        five point two -- "point" after the number leaves no plain number
        . -- no number follows the answer cue
        5 x 10 -- "x" after the number leaves no plain number
        5 feet 3 inches -- more than one number is given, 5 and 3
        one hundred and -- more is added to the number
        hundred -- no number follows the answer cue
        5 +  -- an expression is given, not one number
        5 and -- more is added to the number
        £5m -- "m" after an amount may be a million
        [8] -- "[" in the answer leaves no plain number
        8 [1] -- "[" in the answer leaves no plain number
        """#
}
