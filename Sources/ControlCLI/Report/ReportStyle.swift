/// The report's style sheet: light and dark by the reader's choice, readable at any width, nothing loaded.
enum ReportStyle {
    static let text = """
        :root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6670; --line: #d8dde2; --page: #ffffff;
          --card: #f6f8fa; --blue: #1f6feb; --green: #1a7f37; --red: #cf222e; --grey: #9aa4ae; --amber: #b08800; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #9aa5b0; --line: #353c44;
          --page: #14181c; --card: #1c2127; --blue: #6ea8fe; --green: #56c271; --red: #ff7b72; --grey: #6b7680;
          --amber: #e3b341; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2.6rem 0 .6rem; }
        p, figcaption { max-width: 46rem; } .soft, figcaption { color: var(--soft); font-size: .9rem; }
        figure { margin: .8rem 0 1.4rem; } svg { width: 100%; min-width: 34rem; height: auto; display: block; }
        svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .7rem; margin: 1.2rem 0; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
        .tile b { display: block; font-size: 1.35rem; font-weight: 600; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
        ul.tree, ul.tree ul { list-style: none; padding-left: 1.1rem; border-left: 1px solid var(--line); margin: .1rem 0; }
        ul.tree { padding-left: .4rem; border: 0; }
        .mark { border-radius: .3rem; padding: 0 .4rem; font-size: .8rem; border: 1px solid currentColor; }
        .good { color: var(--green); } .bad { color: var(--red); } .note { color: var(--amber); }
        details { border-top: 1px solid var(--line); padding: .45rem 0; } summary { cursor: pointer; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); padding: .6rem .8rem; border-radius: .4rem;
          font-size: .88rem; }
        """
}
