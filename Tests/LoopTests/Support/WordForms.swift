/// Forms of answers in words, one a line, and what profile `strict` reads in each: `=>` an answer, `--` none
/// and why.
struct WordForms {
    /// The form, and the canonical answer.
    let read: [(String, String)]
    /// The form, and why it gives no answer.
    let refused: [(String, String)]

    init(read: String, refused: String) {
        self.read = Self.pairs(of: read, by: " => ")
        self.refused = Self.pairs(of: refused, by: " -- ")
    }

    private static func pairs(of text: String, by separator: String) -> [(String, String)] {
        text.split(separator: "\n").compactMap { line in
            let line = String(line)
            guard let place = line.ranges(of: separator).last else { return nil }
            return (String(line[..<place.lowerBound]), String(line[place.upperBound...]))
        }
    }

    /// With the default words, and `entailment` and `not entailment`.
    static let boolean = WordForms(
        read: #"""
            yes => true
            Yes => true
            YES => true
            Yes. => true
            Yes! => true
            yes, because it rains => true
            yes because it rains => true
            Yes, since it rains. => true
            **Yes** => true
            **Yes**, it does => true
            *yes* => true
            `yes` => true
            "Yes" => true
            “Yes.” => true
            'yes' => true
            (yes) => true
            : yes => true
            yes; it rains => true
            yes: it rains => true
            yes - it rains => true
            Yes — it rains => true
            Yes... => true
            Ｙｅｓ => true
            ye​s => true
            \boxed{yes} => true
            $\text{yes}$ => true
            Answer: yes => true
            the answer is yes => true
            definitely yes => true
            clearly yes => true
            so yes => true
            probably yes => true
            I think yes. => true
            I would say yes. => true
            yes yes => true
            Yes, it is true => true
            Yes it is => true
            yes they do => true
            Yes, it is not false. => true
            Yes, he or she may do that. => true
            Yes. But no. => true
            Yes.The rest follows => true
            ✅ Yes => true
            true => true
            TRUE => true
            True. => true
            it is true => true
            it's true => true
            that is true => true
            the statement is true => true
            the statement is very clearly true => true
            it is true that the sky is blue => true
            true statement => true
            entailment => true
            It is an entailment. => true
            no => false
            No. => false
            **No** => false
            NO => false
            No! => false
            no, because it is dry => false
            No, it is not. => false
            No, it isn't => false
            No it is not => false
            No, that is wrong. => false
            No, it is not true. => false
            No, the statement is not true => false
            no; never => false
            therefore, no => false
            that is false => false
            that's false => false
            the statement is false => false
            the claim is false, since it rains => false
            False. => false
            FALSE => false
            it is a false statement => false
            not entailment => false
            Not entailment. => false
            not_entailment => false
            not-entailment => false
            **not entailment** => false
            the label is not entailment => false
            it is not entailment because it rains => false
            """#,
        refused: #"""
            yes or no -- more than one truth value is given, yes and no
            yes and no -- more than one truth value is given, yes and no
            yes/no -- more than one truth value is given, yes and no
            Yes, no -- more than one truth value is given, yes and no
            yes, that is false -- more than one truth value is given, yes and no
            no, it is true -- more than one truth value is given, no and yes
            true or false -- more than one truth value is given, yes and no
            the true answer is no -- more than one truth value is given, yes and no
            entailment or not entailment -- more than one truth value is given, yes and no
            not true -- "not" is said of the truth value
            it is not true -- "not" is said of the truth value
            it isn't true -- "isnt" is said of the truth value
            isn’t true -- "isnt" is said of the truth value
            not false -- "not" is said of the truth value
            never true -- "never" is said of the truth value
            I doubt it is true -- "doubt" is said of the truth value
            hardly true -- "hardly" is said of the truth value
            it cannot be true -- "cannot" is said of the truth value
            maybe yes -- "maybe" before the truth value leaves it open
            perhaps no -- "perhaps" before the truth value leaves it open
            it may not be true -- "may" before the truth value leaves it open
            it could be true -- "could" before the truth value leaves it open
            it might be true -- "might" before the truth value leaves it open
            partly true -- "partly" before the truth value leaves it open
            half true -- "half" before the truth value leaves it open
            mostly false -- "mostly" before the truth value leaves it open
            either true -- "either" before the truth value leaves it open
            if it rains, yes -- "if" before the truth value leaves it open
            almost yes -- "almost" before the truth value leaves it open
            I think yes? -- the truth value is asked about, not named
            yes? -- the truth value is asked about, not named
            Is it true? Yes. -- the truth value is asked about, not named
            yes?! -- the truth value is asked about, not named
            yes, but not always -- "but" after the truth value takes part of it back
            yes, if it rains -- "if" after the truth value takes part of it back
            yes if it rains -- "if" after "yes" leaves no plain truth value
            yes, or maybe -- "or" after the truth value takes part of it back
            yes, maybe -- "maybe" after the truth value takes part of it back
            no, unless it rains -- "unless" after the truth value takes part of it back
            true and correct -- "and" after "true" leaves no plain truth value
            no evidence -- "evidence" after "no" leaves no plain truth value
            there is no doubt -- "doubt" after "no" leaves no plain truth value
            no one -- "one" after "no" leaves no plain truth value
            no way -- "way" after "no" leaves no plain truth value
            a great yes -- "great" before "yes" leaves no plain truth value
            his true name -- "his" before "true" leaves no plain truth value
            untrue -- it names no truth value that there is
            yesterday -- it names no truth value that there is
            non-true -- "true" is only part of a word in "non-true"
            yes-man -- "yes" is only part of a word in "yes-man"
            no-one -- "no" is only part of a word in "no-one"
            yes=1 -- "yes" is only part of a word in "yes=1"
            <b>yes</b> -- "yes" is only part of a word in "<b>yes<"
            unknown -- it names no truth value that there is
            Y -- it names no truth value that there is
            1 -- it names no truth value that there is
            ja -- it names no truth value that there is
            It depends. Yes. -- it names no truth value that there is
            correct -- it names no truth value that there is
            . -- the answer is empty
            ** -- the answer is empty
            ​ -- the answer is empty
            not -- it names no truth value that there is
            neither -- it names no truth value that there is
            both yes -- "both" before the truth value leaves it open
            yes, it is false -- more than one truth value is given, yes and no
            Yes, not entailment -- more than one truth value is given, yes and no
            """#
    )

    /// With the labels of `WordAnswerTests`.
    ///
    /// positive, negative, mixed, very positive, New York, half-true, don't know, C, C++, R&B,
    /// >50K, <=50K, -1, Straße and U.S. politics.
    static let label = WordForms(
        read: #"""
            positive => positive
            Positive => positive
            POSITIVE. => positive
            positive! => positive
            **positive** => positive
            _positive_ => positive
            __Positive__ => positive
            `positive` => positive
            "positive" => positive
            “Positive” => positive
            ‘positive’ => positive
            (positive) => positive
            [positive] => positive
            : positive => positive
            - positive => positive
            \boxed{positive} => positive
            \boxed{\text{positive}} => positive
            $positive$ => positive
            {"label": "positive"} => positive
            label: positive => positive
            Sentiment: Positive => positive
            sentiment = positive => positive
            → positive => positive
            ｐｏｓｉｔｉｖｅ => positive
            posi­tive => positive
            positive, because the plot is good => positive
            positive because the plot is not bad => positive
            positive since it is good => positive
            positive, as it is not negative => positive
            positive given the tone => positive
            positive. The negative part is short => positive
            positive.The rest => positive
            positive; the plot is good => positive
            positive - the plot is good => positive
            positive (the plot is good) => positive
            positive sentiment => positive
            positive overall => positive
            a positive review => positive
            a positive one => positive
            the sentiment is positive => positive
            this review is clearly positive. => positive
            the label is "positive". => positive
            classified as positive => positive
            I would classify it as positive. => positive
            I'd say positive => positive
            it seems positive => positive
            probably positive => positive
            positive (positive) => positive
            positive, positive => positive
            Overall, positive => positive
            very positive => very positive
            Very  Positive! => very positive
            it is very positive => very positive
            new york => New York
            New-York => New York
            NEW YORK. => New York
            it's New York => New York
            half-true => half-true
            half true => half-true
            Half–True => half-true
            Don't know => don't know
            don’t know => don't know
            dont know => don't know
            C => C
            c. => C
            C++ => C++
            c++. => C++
            it is C++ => C++
            r&b => R&B
            >50K => >50K
            > 50k => >50K
            <=50K. => <=50K
            it is <=50k => <=50K
            -1 => -1
            −1 => -1
            straße => Straße
            U.S. politics => U.S. politics
            u.s. politics. => U.S. politics
            U.S politics => U.S. politics
            It is U.S. politics. => U.S. politics
            """#,
        refused: #"""
            positive or negative -- more than one label is given, positive and negative
            positive and negative -- more than one label is given, positive and negative
            positive/negative -- more than one label is given, positive and negative
            positive, negative -- more than one label is given, positive and negative
            positive, not negative -- more than one label is given, positive and negative
            positive for the plot, negative for the price -- more than one label is given, positive and negative
            positive as well as negative -- more than one label is given, positive and negative
            positive, as well as negative -- more than one label is given, positive and negative
            positive (negative) -- more than one label is given, positive and negative
            very positive, not positive -- more than one label is given, very positive and positive
            both positive and negative -- more than one label is given, positive and negative
            neither positive nor negative -- more than one label is given, positive and negative
            not positive but negative -- more than one label is given, positive and negative
            not positive -- "not" is said of the label
            isn't positive -- "isnt" is said of the label
            it isn’t positive -- "isnt" is said of the label
            it is not very positive -- "not" is said of the label
            never positive -- "never" is said of the label
            no positive -- "no" is said of the label
            anything but positive -- "anything" is said of the label
            less than positive -- "than" is said of the label
            far from positive -- "from" before "positive" leaves no plain label
            hardly positive -- "hardly" is said of the label
            non-positive -- "positive" is only part of a word in "non-positive"
            non‑positive -- "positive" is only part of a word in "non-positive"
            positive-ish -- "positive" is only part of a word in "positive-ish"
            positive_1 -- "positive" is only part of a word in "positive-1"
            positive's -- it names no label that there is
            positively -- it names no label that there is
            positives -- it names no label that there is
            nonpositive -- it names no label that there is
            positivé -- it names no label that there is
            C# -- "c" is only part of a word in "c#"
            C+ -- "c" is only part of a word in "c+"
            50K -- it names no label that there is
            1 -- it names no label that there is
            maybe positive -- "maybe" before the label leaves it open
            perhaps positive -- "perhaps" before the label leaves it open
            could be positive -- "could" before the label leaves it open
            somewhat positive -- "somewhat" before the label leaves it open
            mostly positive -- "mostly" before the label leaves it open
            either positive -- "either" before the label leaves it open
            if anything positive -- "if" before the label leaves it open
            positive? -- the label is asked about, not named
            Is it positive? Yes. -- the label is asked about, not named
            positive, but short -- "but" after the label takes part of it back
            positive, or not -- "or" after the label takes part of it back
            positive, maybe -- "maybe" after the label takes part of it back
            positive, though short -- "though" after the label takes part of it back
            positive is wrong -- "is" after "positive" leaves no plain label
            positive: wrong -- "wrong" after the label may take it back
            positive, not really -- "not" after the label may take it back
            positive experience -- "experience" after "positive" leaves no plain label
            positive or something -- "or" after "positive" leaves no plain label
            positive and short -- "and" after "positive" leaves no plain label
            the positive side of it -- "side" after "positive" leaves no plain label
            great positive -- "great" before "positive" leaves no plain label
            good and positive -- "good" before "positive" leaves no plain label
            neutral -- it names no label that there is
            York -- it names no label that there is
            New, York -- it names no label that there is
            half -- it names no label that there is
            It is good. Positive. -- it names no label that there is
            A -- it names no label that there is
            pos -- it names no label that there is
            ??? -- the answer is empty
            … -- the answer is empty
            """#
    )

    /// Short texts.
    static let text = WordForms(
        read: #"""
            Paris => paris
            paris. => paris
            PARIS! => paris
            the Paris => paris
            **Paris** => paris
            "Paris" => paris
            “Paris.” => paris
            (Paris) => paris
            : Paris => paris
            \boxed{Paris} => paris
            $\text{Paris}$ => paris
            Ｐａｒｉｓ => paris
            Pa​ris => paris
            Paris, France => paris france
            the Eiffel Tower => eiffel tower
            The Eiffel  Tower. => eiffel tower
            Eiffel Tower in Paris => eiffel tower in paris
            a cat => cat
            an apple => apple
            A cat. => cat
            The => the
            A => a
            vitamin A => vitamin a
            type A blood => type a blood
            a type of a cat => type of cat
            Paris because it is large => paris
            Paris, because it is large. => paris
            because it rains => because it rains
            Because of the rain. => because of rain
            Paris. It is large => paris
            Paris.It is large => paris
            Paris... => paris
            Paris! It is => paris
            Dr. Seuss => dr seuss
            Dr. Seuss. He wrote => dr seuss
            St. Louis => st louis
            Mt. Everest. The => mt everest
            J. K. Rowling => j k rowling
            J. K. Rowling. She => j k rowling
            George W. Bush => george w bush
            vitamin C. It is acid => vitamin c
            vitamin C. Oranges hold it => vitamin c
            the U.S. Senate => us senate
            U.S. => us
            the U.S.A. => usa
            No. 5 => no 5
            5 p.m. today => 5 pm today
            3.5 => 3.5
            3.50 m => 3.50 m
            1,000 people => 1000 people
            1,000,000 => 1000000
            1,5 => 1,5
            10:30 => 10:30
            1/2 => 1/2
            ½ => 1/2
            -3 => -3
            −3 => -3
            minus 3 => minus 3
            $5 => $5
            50% => 50%
            C++ => c++
            C# => c#
            R&B => r&b
            well-known => well known
            well–known => well known
            New York/London => new york london
            don't => dont
            don’t => dont
            O'Brien => obrien
            rock 'n' roll => rock n roll
            café => café
            café => café
            ﬁne => fine
            Straße => straße
            東京 => 東京
            東京。大きい => 東京
            not Paris => not paris
            Paris or London => paris or london
            unknown => unknown
            one two three four five six seven eight nine ten eleven twelve => one two three four five six seven eight nine ten eleven twelve
            line_one => line one
            example.com => examplecom
            """#,
        refused: #"""
            . -- the answer is empty
            , -- the answer is empty
            ... -- the answer is empty
            ** -- the answer is empty
            "" -- the answer is empty
            ​ -- the answer is empty
            — -- the answer is empty
            () -- the answer is empty
            \boxed{} -- the answer is empty
            . Paris -- the answer is empty
            ! -- the answer is empty
            Paris? -- the answer ends in a question mark: it is asked, not said
            Paris?! -- the answer ends in a question mark: it is asked, not said
            Paris? Yes -- the answer ends in a question mark: it is asked, not said
            "Paris?" -- the answer ends in a question mark: it is asked, not said
            Who? -- the answer ends in a question mark: it is asked, not said
            ? -- the answer ends in a question mark: it is asked, not said
            I don't know -- "i dont know" says that there is no answer
            I don’t know. -- "i dont know" says that there is no answer
            I do not know -- "i do not know" says that there is no answer
            not sure -- "not sure" says that there is no answer
            I'm not sure. -- "im not sure" says that there is no answer
            IDK -- "idk" says that there is no answer
            I don't know because it rains -- "i dont know" says that there is no answer
            one two three four five six seven eight nine ten eleven twelve thirteen -- the answer has 13 words, more than 12: it is no short text
            the one two three four five six seven eight nine ten eleven twelve thirteen -- the answer has 13 words, more than 12: it is no short text
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx -- the answer has 101 characters, more than 100: it is no short text
            """#
    )
}
