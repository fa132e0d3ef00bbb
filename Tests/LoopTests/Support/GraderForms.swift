import Foundation

/// What other graders' own tests say of pairs of answers, and what kind `expression` says.
///
/// Inputs and expected verdicts are data from the unit tests of Math-Verify (`test_all`, `test_numina_cases`,
/// `test_open_thoughts`, `test_yujianll`), of verl (`test_numeric_canonicalization`), and of copies of `is_equiv`,
/// the function of the MATH data set that lm-evaluation-harness and verl use. Texts around the answers are left
/// out, and some pairs are shortened to what is compared.
enum GraderForms {
    /// A pair of answers.
    struct Row {
        let reference: String
        let answer: String
        /// Whether the grader counts the answer as right.
        let isRight: Bool
        /// What the kind says; nil where it gives no answer.
        let isEqual: Bool?
    }

    static let rows: [Row] = text.split(separator: "\n").compactMap(row)

    /// The row that a line writes; nil for another line.
    static func row(_ line: Substring) -> Row? {
        let marks = Array(line.prefix(2))
        let parts = line.dropFirst(3).replacing("⏎", with: "\n").components(separatedBy: " | ")
        guard marks.count == 2, parts.count == 2 else { return nil }
        return Row(
            reference: parts[0],
            answer: parts[1],
            isRight: marks[0] == "1",
            isEqual: marks[1] == "-" ? nil : marks[1] == "="
        )
    }

    /// The grader's verdict (1 is right), the kind's (`=`, `≠`, `-` for no answer), reference and answer.
    private static let text = #"""
        1= -5 | -5
        1= 7425000 | 7,425,000
        1= 1000 | 1 000
        1= 1000 | 1000.0
        1= 1000.0 | 1,000.0
        1= 0.4 | .4
        1= 1000.99 | 1,000.99
        1= 1000.99 | $1,000.99
        1= 1000.99 | 1,000.99$
        1≠ 1000.99 | 1000,99
        1≠ 1,22 | 1.22
        1= 10/9 | \frac{10}{9}
        1= -10/9 | -\frac{10}{9}
        1= $[0,1)$ | $[0,1)$
        0≠ $[0,9)$ | $[0,1)$
        0≠ $(0,9)$ | $[0,9)$
        0- $1$ | $-[0,1)$
        1= $9$ | \[ 9 \]
        1= $9$ | $$ 9 $$
        1= $9$ | \( 9 \)
        1= $10$ | \( (9+1) \)
        1= $9$ | $$ ⏎ 9 ⏎ $$
        1- $10/9$ | $ \frac{1}{2} \$ = \frac{10}{9} $
        1= $1/3$ | $\frac13 $
        1= $1$ | $\frac3{3} $
        1= $\sqrt{3}$ | $\sqrt3 $
        1= $1/3$ | $\cfrac{1}{3} $
        1= $1/3$ | $\left( \frac{1}{3} \right)$
        1= $1/3$ | $\boxed{\frac{1}{3}}$
        1= $1/3$ | $\frac{1}{3} \text{meters}$
        1= $1/3$ | $\frac{1}{3} \textbf{meters}$
        1= $1/3$ | $k = \frac{1}{3}$
        1= $28\%$ | 28 percent
        1= $28\%$ | 28 pct
        1= $28\%$ | 28 %
        1= $28\%$ | $28$ %
        1= $28\%$ | $28$ percent
        1= $28\%$ | $\boxed{28}$ pct
        1= $28\%$ | $\boxed{28 pct}
        1= $28\%$ | $\boxed{28 percentage}
        1= \boxed{⏎\begin{pmatrix} 0 & 3 \\ 0 & -1 \end{pmatrix}⏎}. | \begin{pmatrix} 0 & 3 \\ 0 & -1 \end{pmatrix}
        1= 14{,}916 | 14916
        1= $(3, \frac{\pi}{2})$ | \left( 3, \frac{\pi}{2} \right)
        1= $90^\circ$ | 90^{\circ}
        1= $15\mbox{ cm}^2$ | 15
        1= $-2,1$ | 1, -2
        1= $204_5$ | 204_5
        1= $1 \pm \sqrt{19}$ | 1 \pm \sqrt{19}
        1= $3 \pm 2 \sqrt{2}$ | x = 3 \pm 2\sqrt{2}
        1= $\{1\pm\sqrt{5},-2\}$ | \{-2, 1-\sqrt{5}, 1+\sqrt{5}\}
        1= $2 \sin b \cos a$ | \sin (a + b) - \sin (a - b)
        1= $\frac{\pi r}{h+r}$ | \pi r/(h+r)
        1= $125$ miles | $125\textnormal{ miles}$
        1= $[-1, -\frac{1}{2}) \cup (-\frac{1}{2}, 0) \cup (0, 1) \cup (1, \infty)$ | $[-1, -\tfrac12) \cup (-\tfrac12, 0) \cup (0, 1) \cup (1, \infty)$
        1= $\sqrt{2}+\sqrt{5}$ | $\boxed{\sqrt 2+\sqrt 5}$
        1= $\frac{9}{4}\pi$ | $\boxed{\frac94\pi}$.
        1= x \in \boxed{\{-1\} \cup [0,7)}. | \{-1\} \cup [0,7)
        1= $x >= 5$ | x \geq 5
        1= $x < 3$ | x \lt 3
        1= $x \leq 2$ | $x <= 2$
        0≠ $x > 5$ | $x < 5$
        0≠ $x \geq 5$ | $x \leq 5$
        1- $x \neq 5$ | $x != 5$
        1= $x \leq 5$ | $5 \geq x$
        1- $x = 11$ | $x = 5+5+1 = 7 =11$
        0≠ $7 = 11a+c$ | $11a+c$
        1- $x = 1/3$ | $x = 5+5+1 = 1/3 \approx 11$
        1= $11$ | $x=11$
        1= $11$ | $x\approx11$
        1= $1/3$ | $x=1/3\approx1.3$
        1- $x < 1$ | $-x > -1$
        0≠ $x < 1$ | $x > -1$
        0≠ $a +3z = 0$ | $0$
        0≠ $2x + z = 1$ | $1$
        1= $k=1$ | $1$
        1- $z = 1 + 1 = 2$ | $z = 3+3 = 2$
        1≠ $2x+4y-3=0$ | $y=-\frac{1}{2}x+\frac{3}{4}$
        1= $x^2/4 + y^2/3 = 1$ | $x^2/16 + y^2/12 = 1/4$
        1= $\begin{bmatrix}0 & 0 \\0 & 0\end{bmatrix}$ | $ \begin{pmatrix}0 & 0 \\0 & 0\end{pmatrix} $
        1= $\begin{pmatrix}1 & 2 \\3 & 4\end{pmatrix}$ | $ \left[\begin{array}{cc}1 & 2 \\3 & 4\end{array}\right] $
        1= $\begin{pmatrix}\frac{1}{2} & \frac{3}{4} \\ \frac{5}{6} & \frac{7}{8}\end{pmatrix}$ | $ \begin{pmatrix}\frac{1}{2} & \frac{3}{4} \\ \frac{5}{6} & \frac{7}{8}\end{pmatrix} $
        0≠ $\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}$ | $\begin{pmatrix}1 & 2 \\ 3 & 5\end{pmatrix}$
        1- $\begin{pmatrix}6 & 8 \\ 10 & 12\end{pmatrix}$ | $\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix} + \begin{pmatrix}5 & 6 \\ 7 & 8\end{pmatrix}$
        1≠ $\frac{1}{12}$ | $0.0833333333333333$
        1= $(1,\frac{9}{2})$ | $(1,4.5)$
        1= $\frac{x+2}{7}$ | $\frac{x}{7}+\frac{2}{7}$
        1= $\tan^2(y)+1$ | $\sec^2(y)$
        1= $\begin{pmatrix}\frac{1}{3\sqrt[3]{x}^2}&0&0\\0&1&0\\-\sin(x)&0&0\\\end{pmatrix}$ | $\begin{pmatrix}\frac{1}{3x^{2/3}}&0&0\\0&1&0\\-\sin(x)&0&0\end{pmatrix}$
        1= $34x+45y-20z+100=0$ | $-34x-45y+20z-100=0$
        1≠ $\begin{pmatrix}\frac{1}{3}\\ \frac{1}{5} \end{pmatrix}$ | $\begin{pmatrix}0.33\\0.2 \end{pmatrix}$
        1= $\frac{\sqrt{\sqrt{11}+\sqrt{194}}}{15+2\sqrt{33}}$ | $\frac{\sqrt{\sqrt{11}+\sqrt{194}}}{2\sqrt{33}+15}$
        0≠ $(a+5)(b+2)$ | $(+5)(b+2)$
        0≠ $2$ | $\frac{1+\sqrt{5}}{2}$
        0≠ $4$ | $\frac{34}{16}+\frac{\sqrt{1358}}{16}$
        0≠ $1\sqrt{19}$ | $1$
        1≠ $(\frac{3}{5},\frac{8}{3}]$ | $(0.6,2.6667]$
        0≠ $x+2n+1$ | $x+1$
        1= $\frac{5\sqrt{42}}{27}$ | $\frac{10\sqrt{10.5}}{27}$
        1= $16386.20$ | \$16,\!386.20
        0≠ $(3,1)$ | ${1,3}$
        1≠ $(1,3)$ | ${1,3}$
        1= $100%$ | 100
        1= 11111111100 | 11,\! 111,\! 111,\! 100
        1= 32349 | 32,\! 349
        0≠ 32349 | 32, 349
        1= (2, 12) \cup (12, 102) | $x \in \boxed{(2,12) \cup (12,102)}$
        1- $\text{E}$ | $E$
        1= $-2 \le x \le 7$ | $x \in [-2,7]$
        0≠ $4$ | $4\sqrt{2}$
        1= $(p,q)=(3,2)$ | $(3,2)$
        1= $(37,3,3,13),(17,3,3,7),(3,37,3,13),(3,17,3,7),(3,3,2,3)$ | $\boxed{(3, 37, 3, 13), (3, 17, 3, 7), (3, 3, 2, 3), (3,17,3,7), (17,3,3,7), (37,3,3,13)}$
        1= $(0;0;0),(0;-2;0),(0;0;6)$ | \boxed{(0, 0, 6), (0, -2, 0), (0, 0, 0)}
        1= $-12;-11;-10;-8;-7;-6$ | $\boxed{\{-12, -11, -10, -8, -7, -6\}}$
        1≠ $AB=4,CD=5$ | $\boxed{4, 5}$
        1- $(11,7)or(7,11)$ | $\boxed{(7,11),\ (11,7)}$
        1- $\frac{NO}{BO}=\frac{1}{\sqrt{6}}$ | $\frac{1}{\sqrt{6}}$
        1≠ $p=5,q=2;p=7,q=2$ | $(5,2),(7,2)$
        1= \boxed{a=4,\,-8,\,-10} | $\boxed{-10,-8,4}$
        1- $21,16$ or $11$ | $21,16,11$
        1= $p=-1,p=\frac{15}{8}$ | \boxed{-1, \dfrac{15}{8}}
        1- $0<f(x)<1$ | $(0,1)$
        1= $$f(y) = y$$ | $$f(y) = y$$
        1= $$-793 < a < 10$$ | $$(-793, 10)$$
        1= $$a_3 = 2, a_{37} = 19$$ | $$\boxed{a_{37} = 19, \quad a_3 = 2}$$
        1= $$(1, +\infty)$$ | $$(1, \infty)$$
        1= $$x = \frac{1}{2}, x = \frac{-1 \pm \sqrt{13}}{4}$$ | $$\boxed{x = \frac{1}{2}, x = \frac{-1 \pm \sqrt{13}}{4}}$$
        1= $$0.06 \text{ yuan}$$ | $$\boxed{0.06 \text{ yuan}}$$
        1- $$6 \text{ and } 8$$ | $$\boxed{6 \text{ and } 8}$$
        1≠ $$|AB|=1$$ | $$1$$
        1= $$f(x)=1$$ | $$1$$
        1≠ $x_{1}=10^{\frac{-5+\sqrt{13}}{6}},\quad x_{2}=10^{\frac{-5-\sqrt{13}}{6}}$ | 10^{\frac{\sqrt{13} - 5}{6}}, 10^{-\frac{5 + \sqrt{13}}{6}}
        1= 10^{\frac{-5+\sqrt{13}}{6}} | 10^{\frac{\sqrt{13} - 5}{6}}
        1= $\frac{1}{2}+\frac{31\sqrt{5}}{216}$ | $\dfrac{108 + 31\sqrt{5}}{216}$
        0≠ $f(x)$ | $f(y)$
        1= $n=1, 2, 3$ | $n=1, 2, 3$
        0≠ $n=2, 3, 4$ | $n=1, 2, 3$
        0≠ $D = (0, 1)$ | $D = (0, 1.5)$
        1≠ $1 - \frac{1}{\mathrm{e}}$ | $1 + \frac{1}{\mathrm{e}}$
        0≠ $\pm 2021$ | $2021$
        1= $\pm 2021$ | ${-2021, 2021}$
        1- $12:00$ | $12:00$
        1= 033 | 33
        1= +033 | 33
        1= -0 | 0
        1= 000 | 0
        1= x^2 + 2x + 1 | (x+1)^2
        1= ${1,3} \cup {2,4}$ | ${1,2,3,4}$
        0≠ \frac{1}{2004!} | \frac{1}{2006!}
        0≠ \frac{1}{2^{99}} | \frac{1}{2^{98}}
        1= 4.123105625617661 | \sqrt{17}
        1= 42 | 42
        1=  42  | 42
        1- 4 2 | 42
        1= \frac12 | \frac{1}{2}
        1= .5 | \frac{1}{2}
        1= 0.5 | \frac{1}{2}
        1= 5\text{ meters} | 5
        1=  1 + 2  | 1+2
        1= k=42 | 42
        1= $\begin{pmatrix}1 & 0 \\ 0 & 1\end{pmatrix}$ | $ \begin{pmatrix}1 & 0 \\ 0 & 1\end{pmatrix} $
        1= 1000.99 | 1,000.99€
        1≠ 1000.99 | 1,000.99m²
        1= $(p,q,r)=(3,2,7)$ | $(3,2,7)$
        1- $V_{1}:V_{2}=11:21$ | $11:21$
        1= $(2,1),(1,2),(-1,-20),(-20,-1)$ | (1, 2), (2, 1), (-1, -20), (-20, -1)
        1- $1\leq|z|\leq \frac{3}{2}$ | $z \in \left[-\frac{3}{2}, -1\right] \cup \left[1, \frac{3}{2}\right]$
        1- $\text{odd}$ | $odd$
        1- $\text{e}$ | $e$
        1= $(x, y) = (5, 8), (8, 5)$ | $$(5, 8), (8, 5)$$
        1= $$667$$ | $$\boxed{667}$$
        1= $$k \ge 2$$ | $$\boxed{k \ge 2}$$
        1- $$A:B=1$$ | $$1$$
        1- $19, 46, and 82$ | $19, 46, \text{ and } 82$
        1- $1$ and $2$ and $3$ | $\boxed{1,2,3}$
        1= $[-4,0]$ | \[ \boxed{[-4, 0]} \]
        1= $-2,1$ | \boxed{-2,1}.
        1= $\frac{1}{\sqrt{6}}$ | \frac{\sqrt{6}}{6}
        1= $x-2y+z-1=0$ | \boxed{x-2y+z-1=0}.
        1= $7.78$ | $7.78
        1= $(6,31,-1)$ | $\boxed{(6,31,-1)}.$
        1= $3\sqrt{13}$ | \boxed{3\sqrt{13}}.
        1= $\frac{3}{56}$ | \boxed{\frac{3}{56}}.
        1= $2-2p$ | $\boxed{2-2p}$.
        1= $\frac{14}{3}$ | \boxed{\frac{14}{3}}
        1= (2, 2), (1, 3), (3, 3) | $$\boxed{(2, 2), (1, 3), (3, 3)}$$
        1= $y=-2 x^{2}+4 x+3$ | -2(x - 1)^2 + 5
        1= $y=3 x^{2}+12 x+10$ | 3(x + 2)^2 - 2
        1- $S=7:32$ | $7:32$
        0≠ 42 | 43
        0- $19, 46, and 82$ | $21, 36, and 82$
        0- $12:00$ | $1:00$
        0- 2 | AZYUK2A
        0≠ (37,3,3),(17,3,3,7) | (3, 37, 3, 13), (3, 17, 3, 7)
        0≠ $[-3,2]$ | $(-\infty, -3] \cup [2, \infty)$
        0≠ $1112112_3$ | 1112122_3
        0≠ $(\tfrac{27}{8},\tfrac{15}{8})$ | (0, 0)
        0≠ $[0,1)$ | $(0, 1)$
        0- $d$ | $\text{E}$
        """#
}
