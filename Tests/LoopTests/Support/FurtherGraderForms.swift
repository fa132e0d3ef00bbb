/// Further cases of other graders' own tests, each under its source, and what kind `expression` says of them.
///
/// Data only: a reference, an answer, and the verdict that the grader's test asserts. Texts around the
/// answers are left out. Two graders may say opposite things of one pair.
enum FurtherGraderForms {
    /// A pair of answers.
    struct Row {
        /// Whose test it is from.
        let source: String
        let pair: GraderForms.Row
    }

    /// Every row in the table's order.
    static let rows: [Row] = {
        var source = ""
        return text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("## ") else {
                return GraderForms.row(line).map { Row(source: source, pair: $0) }
            }
            source = String(line.dropFirst(3))
            return nil
        }
    }()

    /// A source after `##`; below it the grader's verdict (1 is right), the kind's (`=`, `≠`, `-` for no
    /// answer), reference and answer.
    private static let text = #"""
        ## PRM800K's grader, as copied into other projects (its own asserts)
        1= 0.1 | .1
        1= -2 | -2.0
        1= -2 | -2.000
        1= -2 | -2.
        1= x ∈ [-2,5] | x \in [-2,5]
        1= x ∈ [-2,5] | x \in [-2, 5]
        1= x ∈ [-0.2,0.5] | x \in [-0.2, 0.5]
        1= x ∈ [0.2,-0.5] | x \in [0.2, -0.5]
        0= x ∈ [-0.2,0.5] | Y \in [-0.2, 0.5]
        0≠ x \in [-0.2,0.5] | x \in [-0.2, 0.6]
        1= -1/2 | -0.5
        1= -1/3 | -3/9
        1= -1/3 | -2/6
        1= -1/5 | -0.2
        1= -1/5 | -\frac{1}{5}
        1= -1/5 | -\frac{2}{10}
        0≠ 0.1 | .2
        0≠ -2 | -3
        0≠ -2 | -2.1
        1= -2 | -\frac{4}{2}
        0≠ -2 | \frac{1}{2}
        1= (1,2,3) | (1.0,2.0,3.0)
        0≠ (1,2,3) | (1.0,2.0,3.1)
        1= (1,2,3) | (1;2;3)
        1= 4,6,14,15 | 4, 6, 14, 15
        0≠ 4,6,14,15 | 4, 6, 14, 15.5
        0- \tfrac{1}{2} + \frac1{72} | \\frac{1}{2} + 2/3
        0= 10, 4, -2 | 4, 10, -2
        0≠ 10, 4, 2 | 4, 12, 2
        1= 10\text{ units} | 10
        0≠ 10\text{ units} | 100
        1= 10 | \$10
        1= \left(x-2\right)\left(x+2\right) | (x-2)(x+2)
        0= 0.1, 4, 2 | 4, .1, 2
        1= 10\% | 10
        1= 10\sqrt{3} + \sqrt4 | 10\sqrt3 + \sqrt{4}
        1= \frac34i | \frac{3}{4}i
        1= \tfrac83 | \frac{8}{3}
        0≠ 5x - 7y + 11z + 4 = 0 | x + y - z + 2 = 0
        1= 5x - 7y + 11z + 4 = 0 | 5x - 7y + 11z + 4 = 0
        1= 50 % | 50 percent
        1= 50% | 50
        1= \frac{\sin x}{\cos x} | \frac{\sin x}{\cos x}
        0≠ \frac{\sin x}{\cos x} | \frac{\sin x}{\sin x}
        1- $\begin{pmatrix} 1 \\ -2 \\ -1 \end{pmatrix}}$ | \begin{pmatrix} 1 \\ -2 \\ -1 \end{pmatrix}
        1- $\begin{pmatrix} 1 \\ -2 \\ -1 \end{pmatrix}}$ | \begin{pmatrix} 1.0 \\ -2.0 \\ -1.0 \end{pmatrix}
        0- $\begin{pmatrix} 1 \\ -2 \\ -1 \end{pmatrix}}$ | \begin{pmatrix} 1 \\ -2 \\ -3 \end{pmatrix}
        ## lm-evaluation-harness, tests of minerva_math and leaderboard
        1= (2,4) | (2,4)
        1= (-1,2,3) | (-1,2,3)
        1= [2,5) | [2,5)
        1= (-\infty,3] | (-\infty,3]
        1= \begin{pmatrix}1\\2\end{pmatrix} | \begin{pmatrix}1\\2\end{pmatrix}
        1= x+1 | x+1
        1- \text{east} | \text{east}
        0≠ (2,4) | (3,5)
        0≠ [2,5) | [2,6)
        0≠ (2,4) | (4,2)
        0- \text{east} | \text{west}
        1= 0,1 | 0, 1
        1= 100,000 | 100000
        1= 115,000 | 115000
        1= 61,328 | 61328
        1= -1,024 | -1024
        1= \sqrt[3]8 | \sqrt[3]{8}
        1= 2 | \sqrt[3]{8}
        1= \sqrt[3]{2} | \sqrt[3]2
        1= 2 | \sqrt[4]{16}
        1= 2\sqrt{2} | \sqrt8
        1= \sqrt{2} | \sqrt2
        0≠ 1 | 2
        ## Marin's copies of the harness's Hendrycks and Minerva graders
        0= [2,5) | [2,5)
        0= (1,3) | (1,3)
        1= (100,101) | (100,101)
        1≠ (100,101) | 100101
        1- (E), | (E),
        1= 0.3 | \frac{3}{10}
        0≠ 0.333 | \frac{1}{3}
        1= 1.50 | 1.5
        1= 2 | \frac{4}{2}
        0= 007 | 7
        0= \frac{007}{2} | \frac{7}{2}
        0= .5 | .5
        0- -80\leqg(x)\leq82 | -80\leqg(x)\leq82
        1= \dfrac{1}{2} | \frac{1}{2}
        1= \left(3\right) | (3)
        1= 50\% | 50
        0≠ \frac{1}{2} | \frac{1}{3}
        1= x/y | x/y
        ## NVIDIA NeMo-Skills, tests/test_math_equal.py
        1= 5 | 5.0
        1= 1/2 | 0.5
        1= 918\frac{1}{2} | 918.5
        1= x^2+2x+1 | x^2 + 2*x + 1
        1= x^2+2x+1 | x^2 + 2*x - (-1)
        1= y = x^2+2x+1 | 2x+ 1+x^2
        1- odd | \text{odd}
        1= E | \mathrm{E}
        1- A | \textbf{A}
        1- f' | f'
        1- 185 | 185\
        1- 185\ | 185\
        1= .185 | 0.185
        1= \frac {1}{2} | 0.5
        1- 17\text{ any text} | 17
        1= 10% | 10
        1= 2.5 | \frac{5}{2}
        1= \frac{1}{3} | \dfrac{1}{3}
        1= (r+5)(r+5) | (r+5)^2
        1= \frac{\sqrt{3}}{3} | \frac{\sqrt{3}}{3} \approx 0.577
        1= C | C. x = 42
        1= \begin{pmatrix}0&0&0\\0&1&0\\0&0&1\end{pmatrix} | \begin{bmatrix} 0 & 0 & 0 \\ 0 & 1 & 0 \\ 0 & 0 & 1 \end{bmatrix}
        0≠ 5 | 5.001
        0≠ x^2+2x+1 | x^3+2x+1
        0- odd | \text{oddd}
        0≠ E | \mathrm{E}*2
        0≠ \sqrt{67},-\sqrt{85} | \sqrt{67}
        ## NVIDIA NeMo Gym and NeMo Evaluator
        1= 180 | 180
        1= $\binom{20}{10}^2 - \binom{20}{9}^2$ | 5924217936
        1= $\frac{1}{2}$ | 0.5
        0≠ 3 | 4
        0- hello | world
        1= 42 | 42.0
        1= 0.333333 | 0.333333
        0≠ 0.33 | 0.34
        ## a rational-arithmetic grader for MATH-500 (EQUAL_PAIRS, UNEQUAL_PAIRS)
        1= $16$ | 16
        1= \left(1,2\right) | (1,2)
        1= 2.5 | 5/2
        1= \frac{1}{2} | 1/2
        1= -\frac{1}{2} | -0.5
        1= \frac12 | 0.5
        1= \frac{1}2 | 1/2
        1= \frac1{2} | 0.5
        1= \frac{\sqrt{3}}2 | \frac{\sqrt{3}}{2}
        1= 1/4 | 0.25
        1= 0.5 | .5
        1= 007 | 7
        1= 42. | 42
        1= 1,234 | 1234
        1= -3 | -3.0
        1= 100 | 100.00
        1= 45^\circ | 45
        1= 45^{\circ} | 45
        1= 45° | 45
        1= \pi | π
        1= 2\pi | 2π
        1= \frac{\pi}{2} | π/2
        1= 3\sqrt{2} | 3\sqrt2
        1= \frac{\sqrt{3}}{2} | \sqrt{3}/2
        1= 5\text{ cm} | 5
        1- \text{even} | even
        1= (1, 2) | (1,2)
        1= [0, 1) | [0,1)
        1= (1/2, 3) | (\frac{1}{2}, 3)
        1= (0.5, -2) | (1/2, -2.0)
        1= [2, 2.5] | [2, 5/2]
        0≠ 1/2 | 1/3
        0≠ 2.5 | 2.05
        0≠ \frac{1}{2} | \frac{2}{1}
        0≠ -1/2 | 1/2
        0≠ -3 | 3
        0≠ \sqrt{2} | 2
        0≠ \sqrt{2} | \sqrt{3}
        0≠ \pi | 3.14159
        0≠ 2\pi | \pi
        0≠ (0,1) | [0,1]
        0≠ [0,1) | (0,1]
        0≠ (1,2) | (2,1)
        0≠ (1,2) | (1,2,3)
        0≠ 50% | 0.5
        0≠ x+1 | x+2
        0= 2+3 | 5
        1- 1/0 | 1/0
        0- 1/0 | 2/0
        0≠ 10 | 1
        0≠ \frac{1}{2}x | 1/2
        ## TRINITY, tests of its reward (powers, zeros, sets, pi, fractions)
        0≠ 2^6 | 4
        0≠ 5^1 | 4
        1= 2^3 | 8
        1= 2^6 | 64
        1= 10^6 | 1000000
        1= \{1,2,3\} | 1,2,3
        1= \{5\} | 5
        0≠ \{1,2,3\} | 1,2,4
        0= 005 | 5
        0≠ 005 | 009
        1= 005 | 005
        1= −3 | -3
        0- log=2 | 2
        0≠ x=5 | 6
        1= 2\pi | 2pi
        1= 2π | 2pi
        1= \frac{\pi}{2} | \pi/2
        0≠ 3\pi | 2\pi
        0≠ \frac{1}{\frac{2}{3}} | 1/6
        ## a PRM800K answer grader (test_math_grade)
        1= 2005 | 2005
        0≠ 39 | 47
        1= 0.50 | 0.5
        0≠ \frac{1}{3} | \frac{1}{115}
        1= 50^{\circ} | 50
        1= 83\% | 83
        1= -\frac{\sqrt{3}}{2} | -\frac{\sqrt3}{2}
        1= 4+3\sqrt{2} | 3\sqrt{2}+4
        1= \frac{17}{50} | \dfrac{17}{50}
        1= \dfrac{13}{6} | \frac{13}{6}
        1= 10080 | 10,\!080
        1= 32348 | \$32,\!348
        1= 58500 | 58,500
        1= 864 | 864 \mbox{ inches}^2
        1= 4210_5 | 4210_{5}
        1= [-2, 7] | x \in [-2,7]
        0≠ 3 | \frac{13}{4}
        0≠ 1 | 501
        0≠ (1, 2) | (2, 1)
        0≠ 1,2 | 1,3
        0≠ 1,000 | 1
        ## geo3k grader of labs-molt
        1= 36 | 36^\circ
        1= 36^{\circ} | 36
        1= 36° | 36
        1= 12 | 12 cm
        1= 12cm | 12
        1= 36 degrees | 36
        1= 30 | x=30
        1= 3.0 | 3
        1= \sqrt{12} | 2\sqrt{3}
        1= 1/2 | 0.50
        0≠ 36 | 37
        0≠ 12 cm | 13 cm
        0≠ 2\sqrt{3} | 3\sqrt{2}
        0≠ 36 | 360
        0= 1/3 | 2/6
        ## reward tests of Math_reasoning_rl
        1= 3 \pm 2 \sqrt{2} | 3 + 2\sqrt{2}, 3 - 2\sqrt{2}
        1= 3\pm2\sqrt{2} | 3-2\sqrt{2},3+2\sqrt{2}
        0≠ 3\pm2\sqrt{2} | 3+2\sqrt{2}
        0≠ 3\pm2\sqrt{2} | 3+2\sqrt{2},3+2\sqrt{2}
        1= 10 | 10 meters
        1= 120 | 120°
        1= \frac{448}{15625} | 2240/78125
        1= \frac{1}{8} | 1/8
        0≠ x^3+3x-6 | x^3
        ## nanochat and other MATH graders with sympy
        1= \sqrt{8} | 2\sqrt{2}
        1= \frac{2}{4} | \frac{1}{2}
        0≠ x^2 | x^3
        1= x = 3 | 3
        1= 3\text{ treeks} | 3
        1= \sqrt3 | \sqrt{3}
        1= 1+1 | 2
        0= [-2,7] | x \in [-2,7]
        0≠ [0,5] | [-2,7]
        1= \frac{14}3 | \frac{14}{3}
        1= x^2+1 | 1 + x^2
        1= \frac{3}{4} | 0.75
        0≠ 5.1 | 5
        0= \frac{2}{4} | \frac{1}{2}
        1- \text{yes} | yes
        1= (x+1)**2 | x**2+2*x+1
        0≠ 2*pi | 6.28
        1= x^2 - 1 | (x-1)*(x+1)
        0≠ 42 | 42.5
        1= \frac{25}{8} | 25/8
        1= 3/4 | 0.75
        1= 7 3/4 | 31/4
        0≠ 204 | 205
        1= -2/3 | -\dfrac{2}{3}
        1= \frac{\pi}{2} | \dfrac{\pi}{2}
        1= \infty | \infty
        0≠ 35 | 34
        ## Qwen-style math_equal, tests of two ports
        1- True | true
        1= 0.5 | 0.500
        0≠ 50 | 0.5
        1= [42] | 42
        1= (42) | 42
        1= [1, 2] | [1, 2]
        0≠ [1, 2] | [1, 3]
        1= x = 42 | 42
        0≠ 5 | 7
        0≠ \begin{pmatrix}1\\2\end{pmatrix} | \begin{pmatrix}1\\3\end{pmatrix}
        1= x + 1 | 1 + x
        0≠ x + 1 | x + 2
        1= x = y | x = y
        0≠ x = y | x = z
        1≠ 10% | 0.1
        1= [1, 2, 3] | [1, 2, 3]
        1= \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&2\\3&4\end{pmatrix}
        0≠ 10 | 20
        0≠ 1/5120 | 1/28800
        1= 18{,}234 | 18234
        1= x+x | 2*x
        1= \sqrt{4} | 2
        1≠ 25% | 0.25
        1= (2, -1) | (2,-1)
        1= \left(3,\frac{\pi}{2}\right) | (3,\pi/2)
        1= 070 | 70
        0≠ 070 | 71
        ## Math-Verify, test_all (percent, decimals, matrices) and test_yujianll
        1≠ 2.74 | 2,74
        1≠ 0,111 | 0.111
        1= $1/3$ | $\dfrac{1}{3} $
        1= $1/3$ | $\tfrac{1}{3} $
        1= $1/3$ | $ 1/3 $
        1= $28\%$ | $\boxed{28 percent}
        1= $28\%$ | 28
        0≠ $0.28$ | 28
        0≠ $28/100$ | 28
        0≠ $28$ | 28/100
        0≠ $\frac{28}{100}$ | 28
        0≠ $28*\frac{1}{100}$ | 28
        1- $\begin{pmatrix}1 & 0 \\ 0 & 1\end{pmatrix}$ | $\begin{pmatrix}1 & 0 \\ 0 & 1\end{pmatrix} \begin{pmatrix}1 & 0 \\ 0 & 1\end{pmatrix}$
        1≠ $\frac{1}{3}$ | 0.3333
        1= $\begin{pmatrix}-\frac{7}{4}&-2\\4&\frac{1}{4}\\\end{pmatrix}$ | $\begin{pmatrix}-\frac{7}{4}&-2\\4&\frac{1}{4}\\\end{pmatrix}$
        1= $(7,6)$ | $(7, 6)$
        1= 12000023 | 12,000,023
        1= $D = (0, 1)$ | $D = (0, 1)$
        0- $F_n = \sum_{k=0}^{n-1} F_k F_{n-k-1}$ | $F_n = \sum_{k=0}^{n-2} F_k F_{n-k-2}$
        1- $F_n = \sum_{k=0}^{n-1} F_k F_{n-k-1}$ | $F_n = \sum_{k=0}^{n-1} F_{n-k-1} F_k$
        1= $1 - \frac{1}{\mathrm{e}}$ | $1 - \frac{1}{\mathrm{e}}$
        ## Math-Verify, test_mixed_number_extraction
        1= 40/9 | 4 4/9
        1= -40/9 | -4 4/9
        1= 71/6 | 11 5/6
        1= 71/6 | +11 5/6
        0≠ 4 | 4 4/9
        1= 4/9 | 0 4/9
        1- 4 | 4 0/9
        1- 9004/9 | 1 000 4/9
        0- 4 | 4 4/0
        0- 4 | 4 0/0
        0- -4 | -4 0/0
        0- 0 | 0 0/0
        0- 1000 | 1 000 0/0
        0- 12 | 11 6/6
        0- 73/6 | 11 7/6
        0≠ 139/90 | 11/10 4/9
        0- 103/9 | 11.0 4/9
        0- 103/9 | (11) 4/9
        1= 103/9 | 11 + 4/9
        1= 95/9 | 11 - 4/9
        0≠ 11 + 4/9 | 11 - 4/9
        1≠ 40/900 | 4 4/9%
        0= 40/9 | 4 4/9%
        1≠ 40/900 | 4 4/9 percent
        0= 40/9 | 4 4/9 percent
        1≠ 40/900 | 4 4/9 pct
        0= 40/9 | 4 4/9 pct
        1= 40/9 | 4 + 4/9
        1= 5 | 10/2
        1= 5 | $5.00
        1≠ 7/25 | 28%
        """#
}
