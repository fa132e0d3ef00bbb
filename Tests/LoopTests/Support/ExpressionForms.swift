import Foundation

/// Forms of expressions, one a line.
enum ExpressionForms {
    /// Two forms of one expression.
    static let equal = rows(of: equalText, by: " | ")
    /// Two expressions that differ.
    static let different = rows(of: differentText, by: " | ")
    /// The form, and the canonical answer.
    static let read = rows(of: readText, by: " => ")
    /// The form, and why it gives no answer.
    static let refused = rows(of: refusedText, by: " --- ")

    static func rows(of text: String, by separator: String) -> [(String, String)] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.replacing("⏎", with: "\n").components(separatedBy: separator)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    private static let equalText = #"""
        1/2 | 0.5
        \frac{1}{2} | 0.50
        \frac12 | \dfrac{1}{2}
        \tfrac{2}{4} | 1/2
        0.\overline{3} | \frac{1}{3}
        0.1\overline{6} | \frac{1}{6}
        2\frac{1}{2} | \frac{5}{2}
        2 1/2 | 2.5
        -2\frac12 | -2.5
        2½ | 5/2
        \frac{-3}{4} | -\frac{3}{4}
        \frac{3}{-4} | -0.75
        1.2 \times 10^3 | 1200
        1.2e3 | 1,200
        1{,}000 | 1000
        1\,000 | 1000
        2^{10} | 1024
        2^10 | 1024
        2**3 | 8
        2³ | 8
        10^{-2} | 0.01
        \sqrt{4} | 2
        \sqrt{12} | 2\sqrt{3}
        \sqrt{8} | 2\sqrt2
        \sqrt 2 | sqrt(2)
        √2 | \sqrt{2}
        \sqrt{13} | \sqrt13
        \frac{1}{\sqrt{2}} | \frac{\sqrt{2}}{2}
        \frac{\sqrt{2}}{2} | \sqrt{\frac{1}{2}}
        \frac{\sqrt{6}}{\sqrt{2}} | \sqrt{3}
        \sqrt{2}\sqrt{3} | \sqrt{6}
        \sqrt{50} | 5\sqrt{2}
        \sqrt[3]{8} | 2
        \sqrt[3]{-8} | -2
        \sqrt[3]{2} | 2^{1/3}
        \sqrt[4]{4} | \sqrt{2}
        \sqrt[3]{16} | 2\sqrt[3]{2}
        \sqrt{-4} | 2i
        i^2 | -1
        (1+i)^2 | 2i
        \frac{1}{i} | -i
        (2+3i)(2-3i) | 13
        \frac{1}{1+\sqrt{2}} | \sqrt{2}-1
        \sqrt{3+2\sqrt{2}} | 1+\sqrt{2}
        \frac{1+\sqrt{5}}{2} | \frac{\sqrt{5}+1}{2}
        \frac{1+\sqrt{5}}{2} | \frac{1}{2}+\frac{\sqrt{5}}{2}
        3\pi/4 | \frac{3\pi}{4}
        \frac{3}{4}\pi | 0.75\pi
        2\pi | 2pi
        2π | \pi \cdot 2
        \pi r^2 | πr²
        e^{-1} | \frac{1}{e}
        e^2 \cdot e^3 | e^5
        e^{x} e^{y} | e^{x+y}
        e^{i\pi} | -1
        e^{2x} | (e^x)^2
        \ln e | 1
        \ln 8 | 3\ln 2
        \ln 6 | \ln 2 + \ln 3
        \ln\frac{1}{2} | -\ln 2
        \log_2 8 | 3
        \log_{10} 1000 | 3
        \log 100 | 2
        \log_2 3 | \frac{\ln 3}{\ln 2}
        \log_4 8 | 1.5
        \sin\frac{\pi}{6} | 1/2
        \sin 30^\circ | \frac{1}{2}
        sin(30°) | 0.5
        \cos \pi | -1
        \tan 45^\circ | 1
        \sin^2 x + \cos^2 x | 1
        \sin 2x | 2\sin x\cos x
        \cos 2x | 1-2\sin^2 x
        \frac{\sin x}{\cos x} | \tan x
        sin(x) | \sin x
        \arctan 1 | \frac{\pi}{4}
        \arcsin(1) | \pi/2
        \cosh x | \frac{e^x+e^{-x}}{2}
        5! | 120
        \frac{6!}{4!} | 30
        \binom{5}{2} | 10
        \binom{n}{1} | \binom{n}{1}
        |{-3}| | 3
        |x-1| | |1-x|
        \left|-\frac{1}{2}\right| | 0.5
        |2x| | 2|x|
        x^2+2x+1 | (x+1)^2
        x^2-1 | (x-1)(x+1)
        x+y | y+x
        xy | yx
        2x+3 | 3+2x
        2(x+1) | 2x+2
        2\cdot(x+1) | 2*(x+1)
        -(x-y) | y-x
        x-(-y) | x+y
        (a+b)^3 | a^3+3a^2b+3ab^2+b^3
        \frac{x^2-1}{x-1} | x+1
        \frac{1}{x}+\frac{1}{y} | \frac{x+y}{xy}
        \frac{x}{x+1} | 1-\frac{1}{x+1}
        \frac{a}{b} | a/b
        a/b/c | \frac{a}{bc}
        \frac{\frac{1}{2}}{\frac{3}{4}} | \frac{2}{3}
        x^{-1} | 1/x
        x^{1/2} | \sqrt{x}
        \sqrt{4x} | 2\sqrt{x}
        \sqrt{x}\sqrt{x} | x
        \sqrt{x+1}\sqrt{x+1} | x+1
        \frac{1}{\sqrt{x+1}} | (x+1)^{-1/2}
        \sqrt{4x+4} | 2\sqrt{x+1}
        x\sqrt{x} | x^{3/2}
        \sqrt{x^2} | |x|
        2^{x+1} | 2\cdot 2^x
        x^{n}x | x^{n+1}
        x_1+x_2 | x_{2}+x_{1}
        \alpha\beta | βα
        y = 2x+1 | 2x+1
        f(x) = x^2 | x^2
        x = 5 | 5
        x=2+3=5 | 5
        2+2=4 | 4
        k = \frac{1}{3} | 1/3
        \text{Area} = 5 | 5
        x+y=3 | 2x+2y=6
        x=y+1, z=2 | z=2, x=y+1
        2x+z=1 | 1-2x-z=0
        x^2+y^2=1 | 1=y^2+x^2
        x=1, y=2 | y=2, x=1
        x=1, x=2 | 1, 2
        \{1,2,3\} | \{3,2,1\}
        \{1,1,2\} | \{1,2\}
        {1,2} | 2, 1
        1, 2, 3 | 3,2,1
        \{5\} | 5
        \{\} | \emptyset
        \varnothing | \{ \}
        \{1\} \cup \{2\} | \{1,2\}
        (1,2) | (1, 2)
        (1,2) | \left(1,2\right)
        (1;2) | (1,2)
        (\frac{1}{2}, \sqrt{4}) | (0.5, 2)
        (x,y)=(1,2) | (1,2)
        [0,1) | \left[0, 1\right)
        (-\infty, 3] | x \le 3
        (3,\infty) | x > 3
        3 < x | x > 3
        [2,5) | 2 \le x < 5
        5 > x \ge 2 | [2,5)
        x \in (0,1) | (0,1)
        [0,1) \cup (2,3] | (2,3] \cup [0,1)
        \{0\} \cup [1,2] | [1,2] \cup \{0\}
        \pm 3 | \{-3, 3\}
        x = \pm\sqrt{2} | \sqrt{2}, -\sqrt{2}
        2 \pm \sqrt{3} | 2+\sqrt{3}, 2-\sqrt{3}
        \frac{-1\pm\sqrt{5}}{2} | \frac{-1-\sqrt{5}}{2}, \frac{-1+\sqrt{5}}{2}
        12\% | 12
        \$5 | 5
        5 \text{ cm} | 5
        5 cm^2 | 5
        90^\circ | 90
        15\mbox{ cm}^2 | 15
        5\text{ square units} | 5
        \boxed{\frac{1}{2}} | 0.5
        $x+1$. | x+1
        \(x+1\) | 1+x
        \[x+1\] | 1+x
        **x+1** | x+1
        x = 5. So it is five. | 5
        x+1 because it grows | x+1
        \sqrt{17} \approx 4.12 | \sqrt{17}
        \begin{pmatrix}1\\2\end{pmatrix} | \begin{bmatrix} 1 \\ 2 \end{bmatrix}
        \begin{pmatrix} \sqrt{4} & 1 \end{pmatrix} | \begin{pmatrix} 2 & 1 \end{pmatrix}
        x^2 + 3x | 3x + x^2
        4^{100} | 2^{200}
        \frac{1}{4^{100}} | 2^{-200}
        \sqrt{13} | √13
        \log_{9} 27 | 3/2
        """#

    private static let differentText = #"""
        x | y
        1/3 | 0.333
        1/3 | 0.3333333333
        \pi | 3.14
        \sqrt{2} | 1.414
        2 | 3
        -2 | 2
        x+1 | x-1
        x^2 | 2x
        2^x | x^2
        \sqrt{x^2} | x
        \ln x | \log x
        \sin x | \cos x
        \sin 30 | \sin 30^\circ
        xy | x+y
        (1,2) | (2,1)
        (1,2) | \{1,2\}
        (1,2) | [1,2]
        [1,2) | (1,2]
        [0,1] | [0,1)
        \{1,2\} | \{1,2,3\}
        \{1,2\} | \{1,3\}
        x > 3 | x \ge 3
        x < 3 | x > 3
        \pm 3 | 3
        x=1, y=2 | x=2, y=1
        x+y=3 | x+y=4
        x+y | x+y=0
        10^{50} | 10^{50}+1
        e^x | e^{-x}
        2^{200} | 2^{201}
        |x| | x
        \frac{x}{y} | \frac{y}{x}
        204_5 | 204_6
        \begin{pmatrix}1\\2\end{pmatrix} | \begin{pmatrix}1&2\end{pmatrix}
        \begin{pmatrix}1\\2\end{pmatrix} | (1,2)
        \ln(x^2) | 2\ln x
        x^{1/3} | x^{1/5}
        a_1 | a_2
        \frac{1}{x+1} | \frac{1}{x}+1
        5! | 5
        5m | 5
        \sqrt{2}+\sqrt{3} | \sqrt{5}
        (a+b)^2 | a^2+b^2
        \emptyset | 0
        \sin^2 x | \sin x^2
        100! | 101!
        """#

    private static let readText = #"""
        * 3 => 3
        \infty => ∞
        -\infty => -∞
        5! => 120
        (2n)! => factorial(2*n)
        \log_2 8 => 3
        log2(8) => 3
        log10(100) => 2
        \log 100 => 2
        \ln e^2 => 2
        \ln(e) => 1
        2^{100} => 1267650600228229401496703205376
        2^{200} => ((2)^(200))
        10^{1000} => ((10)^(1000))
        ((((((((((1)))))))))) => 1
        \frac{\frac{1}{2}}{\frac{3}{4}} => 2/3
        2\frac{1}{2} => 2.5
        2 1/2 => 2.5
        2½ => 2.5
        -2\frac12 => -2.5
        3\frac{x}{2} => 1.5*x
        x^10 => x^10
        x^{10} => x^10
        x**2 => x^2
        2(x+1) => 2*x+2
        (x+1)(x-1) => x^2-1
        |x-1| => abs(x-1)
        |{-3}| => 3
        2|x| => 2*abs(x)
        ||x|-1| => abs(1-abs(x))
        \left|\frac{1}{2}\right| => 0.5
        \sqrt[3]{-8} => -2
        \sqrt{-4} => 2*i
        \sqrt{12} => 2*sqrt(3)
        \sqrt{\frac{1}{2}} => 0.5*sqrt(2)
        \frac{1}{\sqrt{2}} => 0.5*sqrt(2)
        \sqrt{x^2} => sqrt((x^2))
        i^2 => -1
        (1+i)^2 => 2*i
        e^{i\pi} => ((e)^(i*pi))
        e^{x+1} => ((e)^(x+1))
        \binom{5}{2} => 10
        0.\overline{3} => 1/3
        0.1\overline{6} => 1/6
        \{\} => {}
        \emptyset => {}
        \{5\} => 5
        x = 5 because 2+3 => 5
        x = 5. So it is. => 5
        5. => 5
        5 => 5
        **5** => 5
        **x^2** => x^2
        `x+1` => x+1
        \(x+1\). => x+1
        x+1, where x is large => x+1
        x=1, y=2 => {x-1=0,y-2=0}
        1.2e3 => 1200
        1{,}000 => 1000
        5 cm^2 => 5
        5 m => 5*m
        x_1+x_{2} => x_{1}+x_{2}
        \alpha+\beta => alpha+beta
        α+β => alpha+beta
        πr² => pi*r^2
        \pi r^2 => pi*r^2
        2\pi => 2*pi
        2pi => 2*pi
        pi/2 => 0.5*pi
        sin(30°) => sin(1/6*pi)
        \sin 30^\circ => sin(1/6*pi)
        \sin\frac{\pi}{6} => sin(1/6*pi)
        \cos 2x => cos(2*x)
        sinx => sin(x)
        \sqrt{2}\sqrt{3} => sqrt(2)*sqrt(3)
        \sqrt{6} => sqrt(2)*sqrt(3)
        a/b/c => a*b^(-1)*c^(-1)
        \frac{2}{3}\pi => 2/3*pi
        x^-1 => x^(-1)
        x^{-1} => x^(-1)
        (x)(y) => x*y
        x(y) => x*y
        1 000 000 => 1000000
        1,234 => 1234
        (1,234) => (1,234)
        a = b = c => c
        2+2 = 4 => 4
        x \approx 3.14 => 3.14
        \pi \approx 3.14 => pi
        \sqrt{17} \approx 4.12 => sqrt(17)
        floor(2.5) => 2
        10\% => 10
        \$10 => 10
        10 dollars => 10
        90 degrees => 90
        90^\circ => 90
        {1,2} => {1,2}
        (0, \infty) => (0,∞)
        [0, \infty) => [0,∞)
        (-\infty, 0) \cup (0, \infty) => (-∞,0)∪(0,∞)
        x \in (0,1) => (0,1)
        2 \le x < 5 => [2,5)
        x < y => (-∞,y)
        """#

    private static let refusedText = #"""
        x^2+1 or x^2-1 --- more than one expression is given ("or")
        5 apples --- "apples" is no part of an expression
        \frac{dy}{dx} --- a derivative is to be computed; give what it comes to
        \frac{d^2y}{dx^2} --- a derivative is to be computed; give what it comes to
        log2x --- "log2" may mean two things; write log(2…) or \log_{2}
        blue --- "blue" is no part of an expression
        not 5 --- "not" is no part of an expression
        1, 2, \ldots --- "\ldots" leaves the expression open
        \ldots --- "\ldots" leaves the expression open
        1 + ... + 100 --- "…" leaves the expression open
        at least 5 --- "at" is no part of an expression
        x \neq 3 --- "≠" says what the answer is not
        \frac{1}{0} --- the expression divides by 0
        \frac{1}{x-x} --- the expression divides by 0
        0^0 --- the expression divides by 0
        2 3 --- two values are side by side
        $2$ $3$ --- more than one expression is given
        $2$ and $3$ --- more than one expression is given ("and")
        either 2 --- "either" is no part of an expression
        1/2x --- a product after a slash may mean two things; brackets are missing
        \frac{1 --- a bracket is not closed
        (1,2 --- a bracket is not closed
        1,2) --- ")" has no place where it is
        [1,2,3) --- a bracket is not closed
        x + --- the expression ends too early
        \foo{3} --- the command "\foo" is not read
        \int x dx --- the command "\int" is not read
        \sum_{k=1}^n k --- the command "\sum" is not read
        \pm 1 \pm \sqrt{2} --- two signs "±" in one value may go together in two ways
        x' --- a prime in the answer leaves no plain expression
        f'(x) --- a prime in the answer leaves no plain expression
        \vec{v} --- the command "\vec" is not read
        \mathbb{R} --- a set of numbers by its letter is not read
        \sin^{-1} x --- an inverse function is not read; write arcsin and the like
        The value is 5 --- "The" is no part of an expression
        x = 1 \text{ or } x = 2 --- more than one expression is given ("or")
        \text{Evelyn} --- "Evelyn" is no part of an expression
        5 \text{ or so} --- more than one expression is given ("or")
        12:30 --- a ratio or a time is given, not one expression
        3.1.4 --- digits and points together name something, such as a version
        2/3\pi --- a product after a slash may mean two things; brackets are missing
        12 34 --- two values are side by side
        2+2 = 5 --- "=" joins two numbers that differ
        \lfloor x \rfloor --- the command "\lfloor" is not read
        1 < x > 3 --- "<" and ">" together are no plain answer
        \frac{2} --- the expression ends too early
        \sqrt --- the expression ends too early
        x^ --- the expression ends too early
        2 +-  --- the expression ends too early
        ( --- the expression ends too early
        \left(1 --- a bracket is not closed
        {1,2 --- a bracket is not closed
        \begin{pmatrix}1&2\\3\end{pmatrix} --- a matrix has rows of the same length
        \begin{cases}1\end{cases} --- the environment "cases" is not read
        x? --- a question mark follows in the answer
        a \text{ if } b --- "if" is no part of an expression
        #5 --- "#" is no part of an expression
        x&y --- "&" has no place where it is
        1:2 --- a ratio or a time is given, not one expression
        2..3 --- "…" leaves the expression open
        x_ --- an index that is no name or number is not read
        \text{no solution} --- "no solution" is no part of an expression
        None --- "None" is no part of an expression
        nothing --- "nothing" is no part of an expression
        all real numbers --- "all" is no part of an expression
        \sin --- the expression ends too early
        \log_ --- the expression ends too early
        |x --- a bracket is not closed
        || --- the expression ends too early
        f'' --- a prime in the answer leaves no plain expression
        3 \mod 5 --- the command "\mod" is not read
        \{1,2 --- a bracket is not closed
        [1,2 --- a bracket is not closed
        (1,2,3] --- a bracket is not closed
        \ln 0 --- the logarithm of 0 is not defined
        0^{-1} --- the expression divides by 0
        5 = 6 --- "=" joins two numbers that differ
        1 = 2 = 1 --- "=" joins sides that differ
        x > 1, < 3 --- "<" has no place where it is
        1/2/3x --- a product after a slash may mean two things; brackets are missing
        \pm1\pm2 --- two signs "±" in one value may go together in two ways
        \% --- "%" has no place where it is
        \begin{align}x\end{align} --- the environment "align" is not read
        """#
}
