/// Forms of JSON after the answer cue, one a line; `⏎` is a line break.
enum JSONForms {
    /// The form, and the canonical answer.
    static let read = ExpressionForms.rows(of: readText, by: " => ")
    /// The form, and why it gives no answer.
    static let refused = ExpressionForms.rows(of: refusedText, by: " --- ")

    private static let readText = #"""
        {"a":1} => {"a":1}
         {"a": 1, "b": [1, 2.0, 1e2]} => {"a":1,"b":[1,2,100]}
        {"b":1,"a":2} => {"a":2,"b":1}
        ```json⏎{"a": 1}⏎``` => {"a":1}
        ```⏎[1, 2]⏎``` => [1,2]
        ```JSON⏎{⏎  "a": 1⏎}⏎```⏎That is it. => {"a":1}
        ```json {"a":1} ``` => {"a":1}
        ```jsonc⏎{"a":1}⏎``` => {"a":1}
        ```python⏎{"a":1}⏎``` => {"a":1}
        Here is the JSON:⏎```json⏎{"a":1}⏎``` => {"a":1}
        : {"a":1} => {"a":1}
        the following: {"a":1} => {"a":1}
        :⏎⏎{"a":1} => {"a":1}
        `{"a":1}` => {"a":1}
        `{"a":1}`. => {"a":1}
        {"a":1}. => {"a":1}
        {"a":1}. It has one field. => {"a":1}
        {"a":1}⏎⏎It has one field. => {"a":1}
        {"a":1}⏎{"a":1} => {"a":1}
        {"a":1}⏎⏎```json⏎{"a":1}⏎``` => {"a":1}
        {"a":1}⏎[see above] => {"a":1}
        42 => 42
        42. => 42
        -0 => 0
        -0.0 => 0
        1.0 => 1
        1e0 => 1
        10E-1 => 1
        0.1 => 0.1
        0.10 => 0.1
        1e400 => 1e400
        123456789012345678901234567890123456789012345678901234567890 => 12345678901234567890123456789012345678901234567890123456789e1
        0.000000000000000000000000000000000000000000000000001 => 1e-51
        1.5e-3 => 0.0015
        100 => 100
        1e2 => 100
        true => true
        false => false
        null => null
        "text" => "text"
        "a\u0041\n" => "aA\n"
        "caf\u00e9" => "café"
        "café" => "café"
        "\ud83d\ude00" => "😀"
        "\/" => "/"
        "" => ""
        [] => []
        {} => {}
        [[]] => [[]]
        {"a":{"b":{"c":null}}} => {"a":{"b":{"c":null}}}
        {"a":"}"} => {"a":"}"}
        {"a":"```"} => {"a":"```"}
        {"é":1,"z":2,"Z":3,"a":4} => {"Z":3,"a":4,"z":2,"é":1}
        {"a": 1}⏎	 => {"a":1}
        """#

    private static let refusedText = #"""
        Here is the JSON {"a":1} --- words that do not end in a colon come before the JSON (line 1, column 1 of the answer)
        {"a":1} because it is so --- more follows the JSON on its line (line 1, column 9 of the answer)
        {"a":1}⏎{"a":2} --- two different JSON values are given (line 2, column 1 of the answer)
        {"a":1}⏎⏎```json⏎{"a":2}⏎``` --- two different JSON values are given (line 4, column 1 of the answer)
        {"a":1} {"a":2} --- more follows the JSON on its line (line 1, column 9 of the answer)
        {"a":1} or {"a":2} --- more follows the JSON on its line (line 1, column 9 of the answer)
        {"a":1}, {"a":2} --- more follows the JSON on its line (line 1, column 8 of the answer)
        "\ud83d" --- half of a character (line 1, column 2 of the answer)
        "\x" --- an escape that JSON does not have (line 1, column 2 of the answer)
        "a⏎b" --- a text in JSON has no line breaks or control characters (line 1, column 3 of the answer)
        {"a":1,} --- a comma comes before "}" (line 1, column 8 of the answer)
        [1,2,] --- a comma comes before "]" (line 1, column 6 of the answer)
        [1,,2] --- no JSON value begins here (line 1, column 4 of the answer)
        [,1] --- no JSON value begins here (line 1, column 2 of the answer)
        {,} --- a field's name in double quotes is missing (line 1, column 2 of the answer)
        {"a" 1} --- a colon after "a" is missing (line 1, column 6 of the answer)
        {"a":} --- no JSON value begins here (line 1, column 6 of the answer)
        {a:1} --- a field's name in double quotes is missing (line 1, column 2 of the answer)
        {'a':1} --- a field's name in double quotes is missing (line 1, column 2 of the answer)
        ['a'] --- single quotes are no JSON; a text has double quotes (line 1, column 2 of the answer)
        {"a":1,"a":2} --- the field "a" is there twice (line 1, column 8 of the answer)
        {"a":1,"\u0061":2} --- the field "a" is there twice (line 1, column 8 of the answer)
        // c⏎{"a":1} --- JSON has no comments (line 1, column 1 of the answer)
        {"a":1 /* c */} --- JSON has no comments (line 1, column 8 of the answer)
        {"a":1} // c --- more follows the JSON on its line (line 1, column 9 of the answer)
        [NaN] --- "NaN" is no JSON value (line 1, column 2 of the answer)
        [Infinity] --- "Infinity" is no JSON value (line 1, column 2 of the answer)
        [-Infinity] --- a digit is missing (line 1, column 3 of the answer)
        [+1] --- no JSON value begins here (line 1, column 2 of the answer)
        [.5] --- no JSON value begins here (line 1, column 2 of the answer)
        [1.] --- a comma or "]" is missing (line 1, column 3 of the answer)
        [01] --- a number begins with a zero (line 1, column 2 of the answer)
        [-] --- a digit is missing (line 1, column 3 of the answer)
        [1e] --- a digit is missing (line 1, column 4 of the answer)
        [1e+] --- a digit is missing (line 1, column 5 of the answer)
        [0x1] --- letters follow a number (line 1, column 3 of the answer)
        [1_000] --- a comma or "]" is missing (line 1, column 3 of the answer)
        True --- "True" is no JSON value (line 1, column 1 of the answer)
        [True] --- "True" is no JSON value (line 1, column 2 of the answer)
        [undefined] --- "undefined" is no JSON value (line 1, column 2 of the answer)
        {"a":1 --- the JSON ends before its "}" (line 1, column 7 of the answer)
        [1,2 --- the JSON ends before its "]" (line 1, column 5 of the answer)
        "abc --- the JSON ends within a text (line 1, column 5 of the answer)
        [1} --- a comma or "]" is missing (line 1, column 3 of the answer)
        {"a":1] --- a comma or "}" is missing (line 1, column 7 of the answer)
        } --- no JSON value begins here (line 1, column 1 of the answer)
        ] --- no JSON value begins here (line 1, column 1 of the answer)
        no JSON here --- "no" is no JSON value (line 1, column 1 of the answer)
        I cannot answer --- "I" is no JSON value (line 1, column 1 of the answer)
        ```json⏎{"a":1} --- the code does not end with its backquotes (line 2, column 8 of the answer)
        ```json⏎{"a":1}⏎{"a":2}⏎``` --- more than one value is in the code (line 3, column 1 of the answer)
        ```json⏎{"a":1}⏎```⏎```json⏎{"a":2}⏎``` --- two different JSON values are given (line 5, column 1 of the answer)
        ``{"a":1}`` --- backquotes that open no code (line 1, column 1 of the answer)
        {“a”: 1} --- a field's name in double quotes is missing (line 1, column 2 of the answer)
        {"a":1}[ --- more follows the JSON on its line (line 1, column 8 of the answer)
        [1] [2] --- more follows the JSON on its line (line 1, column 5 of the answer)
        The JSON object is as follows⏎{"a":1} --- "The" is no JSON value (line 1, column 1 of the answer)
        """#
}
