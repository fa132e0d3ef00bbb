#!/usr/bin/env python3
"""Record what transformers' own renderer makes of chat templates.

Usage: python3 scripts/record/chats.py [FOLDER OUTPUT]

Without arguments: writes Tests/EngineTests/Fixtures/chats.json from the templates below, which were written for
this purpose and cover what published templates use. With them: renders every *.jinja of a folder, such as
llama.cpp's models/templates, into a file that the tests read where AUTODIDACT_TEST_CHATS names it.
"""

import datetime
import json
import pathlib
import sys

from transformers.utils import chat_template_utils

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = datetime.datetime(2024, 7, 26, 13, 5, 9)


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = Clock

EXAMPLES = [{"role": "user", "content": "What is 1 + 1?"}, {"role": "assistant", "content": "1 + 1 = 2. The answer is 2."}]
SYSTEM = {"role": "system", "content": "  Answer briefly.\n"}
USER = {"role": "user", "content": "What is \"3 < 4\"? é 🦉 {{ x }}"}
THOUGHT = {"role": "assistant", "content": "<think>\nOne.\n</think>\n\nTwo."}
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
CONVERSATIONS = {
    "user": {"messages": [USER], "add_generation_prompt": True},
    "system": {"messages": [SYSTEM, USER], "add_generation_prompt": True},
    "examples": {"messages": [SYSTEM] + EXAMPLES + [USER], "add_generation_prompt": True},
    "answered": {"messages": [USER, THOUGHT], "add_generation_prompt": False},
    "thinking-off": {"messages": EXAMPLES + [USER], "add_generation_prompt": True, "enable_thinking": False},
    "tools-empty": {"messages": [USER], "add_generation_prompt": True, "tools": []},
}

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TEMPLATES = {
    "chatml": CHATML,
    "spaces": """{# a comment #}
{%- set ns = namespace(first=true, count=0) -%}
  {% for m in messages %}
    {%- if m.role == 'system' and loop.first %}
  <<SYS>>{{ m.content | trim }}
    {% elif m['role'] in ['user', 'assistant'] -%}
      [{{ loop.index0 }}/{{ loop.length }}] {{ m.content }}   {%- else %}?{% endif %}
    {% set ns.count = ns.count + 1 %}
  {% endfor %}
  {{- ns.count }}{{ "\\n" }}
\t{% if add_generation_prompt is defined and add_generation_prompt %}
GO
{% endif %}
end
""",
    "macros": """{%- macro say(role, text, end='</t>') -%}
<t {{ role | upper }}>{{ text }}{{ end }}
{%- endmacro -%}
{% for role, group in [('a', messages), ('b', messages[1:]), ('c', messages[::-1])] %}
{% for m in group if m.role != 'system' %}{{ say(m.role, m.content.split('\\n')[-1]) }}{% else %}none{% endfor %}|
{% endfor %}{{ say(text='x', role='y', end='') }}""",
    "filters": """{{ messages | length }} {{ messages | map(attribute='role') | join(', ') }}
{{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ messages | rejectattr('role', 'eq', 'user') | map(attribute='content') | list }}
{{ messages | tojson }}
{{ messages[0] | tojson(indent=2) }}
{{ {'b': [1, 2.5, none, true], 'a': {'c': 'd\\n\\"é'}} | tojson }} {{ {'b': 1, 'a': 2} }} {{ ('x',) }} {{ [1, 'it\\'s', 2.0] }}
{{ missing | default('none given') }} {{ '' | default('empty', true) }} {{ 'a-b-c' | replace('-', '+') }}
{{ 'hello wORLD' | title }} {{ 'hello wORLD' | capitalize }} {{ '  x ' | trim }}| {{ [3, 1, 2] | sort }} {{ [3, 1, 2] | first }} {{ [1, 2] | last }}
{% for k, v in {'one': 1, 'two': 2} | items %}{{ k }}={{ v }};{% endfor %}{% for k, v in {'z': 1, 'a': 2}.items() %}{{ k }}{{ v }}{% endfor %}
{{ 'a\\nb\\n\\nc' | indent(2) }} {{ '7' | int + 1 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 * 3 + 1 }} {{ 1 ~ 'x' ~ none }}
{{ 'abcdef'[1:3] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[-2:] }} {{ range(3) | list }} {{ range(5, 1, -2) | list }} {{ (1, 2) + (3,) }}""",
    "tests": """{{ x is defined }} {{ messages is defined }} {{ none is none }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is iterable }}
{{ 'a' is iterable }} {{ 3 is number }} {{ 3 is odd }} {{ 4 is divisibleby 2 }} {{ true is boolean }} {{ 1 is not none }} {{ 'a' in 'cat' }}
{{ 'a' not in ['a'] }} {{ not true or false }} {{ 1 < 2 and 2 >= 2 }} {{ 'yes' if messages else 'no' }} {{ 'only' if false }}
{{ messages is sequence }} {{ 3 is eq 3 }} {{ messages[0].missing is undefined }} {{ messages[0]['role'] is in ['user'] }}
{% if messages[0].role is not string %}x{% elif messages[-1].content is string and messages[-1]['content'] | length > 3 %}long{% endif %}""",
    "methods": """{{ ' a '.strip() }}{{ 'xxaxx'.lstrip('x') }}{{ 'a,b,c'.split(',') }}{{ ' a  b '.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'a,b,c'.rsplit(',', 1) }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith('bc') }} {{ 'abc'.replace('b', 'x') }} {{ 'abc'.upper() }} {{ 'ABC'.lower() }} {{ '-'.join(['a', 'b']) }}
{{ 'abc'.find('c') }} {{ 'a b'.title() }} {{ {'a': 1}.get('b', 2) }} {{ {'a': 1}.keys() | list }} {{ {'a': 1}.values() | list }} {{ 'aba'.count('a') }}""",
    "flow": """{% for i in range(6) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{{ ',' if not loop.last }}{% endfor %}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}
{% set block %}  in {{ x }} {% endset %}[{{ block }}]{% filter upper %}abc{% endfilter %}
{% set a, b = 1, 'two' %}{{ a }}{{ b }} {% raw %}{{ not rendered }} {% if %}{% endraw %}
{% for m in messages %}{{ loop.previtem.role if loop.previtem is defined else '-' }}{{ loop.revindex }}{% endfor %}
{%+ if true %} kept {% endif +%}
{{ strftime_now('%d %B %Y, %b %A %H:%M') }}{{ bos_token }}{% generation %}g{% endgeneration %}""",
    "refuses": "{% if messages | length > 1 %}{{ raise_exception('one message only') }}{% endif %}{{ messages[0].content }}",
}


def render(source, conversation):
    try:
        return {"text": chat_template_utils._compile_jinja_template(source).render(**conversation, **SPECIAL)}
    except Exception as error:  # whatever the renderer refuses
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    templates, target = TEMPLATES, ROOT / "Tests/EngineTests/Fixtures/chats.json"
    if len(sys.argv) == 3:
        folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
        templates = {path.name: path.read_text() for path in sorted(folder.glob("*.jinja"))}
    cases = []
    for name, source in templates.items():
        for title, conversation in CONVERSATIONS.items():
            found = render(source, conversation)
            cases.append({"name": f"{name}, {title}", "template": name, "variables": conversation | SPECIAL} | found)
    target.write_text(json.dumps({"templates": templates, "cases": cases}, ensure_ascii=True, separators=(",", ":")) + "\n")
    refused = sum("error" in case for case in cases)
    print(f"{target.name}: {len(cases)} renderings of {len(templates)} templates, {refused} refused")


if __name__ == "__main__":
    main()
