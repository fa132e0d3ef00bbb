"""The texts the recordings are made on. Written for this purpose."""

import random

SHOTS = """Q: What is 4 + 9 + 3?
A: 4 + 9 = 13. 13 + 3 = 16. The answer is 16.
Q: What is 6 + 8 + 2?
A: 6 + 8 = 14. 14 + 2 = 16. The answer is 16.
Q: What is 5 + 1 + 7?
A: 5 + 1 = 6. 6 + 7 = 13. The answer is 13.
"""

PROSE = (
    "The lighthouse keeper counted the ships each evening and wrote their names in a ledger. On the first "
    "night of winter there were only two, both fishing boats that had stayed out too long because the catch "
    "was good. He lit the lamp early, wound the clock, and listened to the wind come up from the south. "
    "By midnight the rain had turned to snow. A third boat, which he had not expected, came round the point "
    "with its sails half down and its bell ringing. The keeper put on his coat, took the rope from its hook, "
    "and went down the stairs to the landing. It was cold enough that the stones were slick with ice, and he "
    "had to hold the rail with both hands. The man at the tiller shouted something that the wind carried off. "
    "When the rope was fast at last, the two of them pulled the boat up on the sand, and the stranger laughed, "
    "because in all that weather he had not lost his hat. They climbed back to the kitchen, where the kettle "
    "was already warm, and the stranger told him about the harbour he had left that morning, the price of "
    "salt, and a letter that he was carrying to the doctor in the village. In the morning the sea was calm."
)

PROMPTS = [
    SHOTS + "Q: What is 7 + 1 + 2?\nA:",
    SHOTS + "Q: What is 9 + 9 + 8?\nA:",
    "Q: What is 3 + 4?\nA:",
    "The capital of France is",
    "Once upon a time, in a village by the sea, there lived",
    "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n",
    "#include <stdio.h>\n\nint main(void) {\n    for (int i = 0; i < 10; i++) {\n",
    "SELECT name, COUNT(*) FROM orders WHERE created_at >= '2024-01-01' GROUP BY",
    "Die Donau fließt durch zehn Länder, darunter Österreich, Ungarn und",
    "数学是研究数量、结构",
    "La niña comió piñas y después pidió más café ☕️ con",
    "Ingredients: 200 g flour, 3 eggs, 1/2 tsp salt, 450 ml milk.\n\nMethod:\n1.",
    "<|im_start|>user\nName three colours of the rainbow.<|im_end|>\n<|im_start|>assistant\n",
    "Water boils at",
    "1, 2, 4, 8, 16, 32,",
    "{\"name\": \"Ada\", \"born\": 1815, \"fields\": [\"mathematics\",",
    "Dear Sir or Madam,\n\nI am writing to",
    PROSE,
    "Photosynthesis is the process by which green plants",
    "- apples\n- pears\n-  two  spaces\n\n\ttab\n-",
]

# Prompts whose logits are kept at every position, not only the last.
EVERY = [0, 6, 8]


def sum3(a, b, c, slip=0):
    """A question and its rationale; `slip` makes the last sum wrong."""
    total = a + b + c + slip
    return (
        f"Q: What is {a} + {b} + {c}?\nA:",
        f" {a} + {b} = {a + b}. {a + b} + {c} = {total}. The answer is {total}.",
    )


def samples():
    """Forty prompts with completions: sums, some wrong, and texts with awkward edges."""
    source = random.Random(135)
    sums = [
        sum3(source.randint(1, 9), source.randint(1, 9), source.randint(1, 9), slip=index % 3 // 2)
        for index in range(26)
    ]
    others = [
        ("The capital of Italy is", " Rome."),
        ("Hello wor", "ld, how are you?"),
        ("Nothing more to say.", ""),
        ("Q: Who wrote Faust?\nA:", " Johann Wolfgang von Goethe."),
        ("Übersetze: the cat sleeps.\n", "Die Katze schläft."),
        ("print(", "'hello')\n"),
        ("Count: 1 2 3", " 4 5 6 7 8 9 10"),
        ("日本の首都は", "東京です。"),
        ("A list:\n", "- one\n- two\n\n- three  \n"),
        (SHOTS + "Q: What is 2 + 2 + 2?\nA:", " 2 + 2 = 4. 4 + 2 = 6. The answer is 6."),
        ("🙂", "🙃🙂 emoji"),
        ("Short", "."),
        (PROSE[:400], PROSE[400:700]),
        ("if x > 0:\n    return", " x\nelse:\n    return -x\n"),
    ]
    return sums + others
