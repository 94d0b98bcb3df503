"""Errors that an author can make in an exercise or a master, for `test_traps`."""

import re
from dataclasses import dataclass, field

EXERCISE = '''\
import math

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, Written, mistake, variant
from gradlab import drivers, oracles


class Scale(Exercise):
    """Scaling."""

    name, points = "scale", 2
    done = "You can scale an array."
    driver = drivers.call

    def reference(x, factor=2.0):
        """Multiply an array by a factor."""
        result = factor * x
        return result

    def cases(rng):
        yield Case("the default", x=rng.normal(size=3))
        yield Case("another factor", x=rng.normal(size=3), factor=rng.uniform(3, 4))

    squared = mistake("Is your factor squared? Use it once.", {"factor * x": "factor**2 * x"})

    @mistake("Do you add the factor? Multiply by it.")
    def added(x, factor=2.0):
        return factor + x

    @variant
    def from_the_right(x, factor=2.0):
        return x * factor


why = Written("why", 1, "Why?", "Because.", "One point for a reason.")
'''
MASTER = """\
# Rules

```{code-cell} ipython3
import numpy as np

from gradlab import check
```

Now scale:

```{code-cell} ipython3
:tags: [exercise]

scale
```

```{code-cell} ipython3
:tags: [written]

why
```
"""


@dataclass(frozen=True)
class Trap:
    """An error in the exercise or the master.

    Attributes
    ----------
    changes : dict of str to str
        Replacements in the exercise and the master above, which have no errors.
    at : str
        Text found only in the line that the message must name.
    says : str
        A part of the message.
    in_master : bool
        Whether the message must name the master, rather than the exercise.
    files : dict of str to str
        Other modules in the assignment.
    """

    changes: dict[str, str]
    at: str
    says: str
    in_master: bool = False
    files: dict[str, str] = field(default_factory=dict)


def cases(old, new, says, at="def cases"):
    return Trap({old: new}, at, says)


def master(old, new, at, says):
    return Trap({old: new}, at, says, in_master=True)


ONE = 'Case("the default", x=rng.normal(size=3))'
YIELD = f"        yield {ONE}\n"
SQUARED = '    squared = mistake("Is your factor squared? Use it once.", {"factor * x": "factor**2 * x"})\n'
REFERENCE, CASES = re.search(r"(    def reference.*)(    def cases.*)    squared", EXERCISE, re.DOTALL).groups()
ADDED = '    @mistake("Do you add the factor? Multiply by it.")\n'

TRAPS = {
    # --- the parts of the class
    "points are missing": Trap(
        {'name, points = "scale", 2': 'name = "scale"'}, "class Scale", "`points` of scale is missing"
    ),
    "points of zero": Trap(
        {'"scale", 2': '"scale", 0'}, "points =", "`points` of scale is 0; it must be a number greater"
    ),
    "negative points": Trap({'"scale", 2': '"scale", -1'}, "points =", "`points` of scale is -1"),
    "points as text": Trap({'"scale", 2': '"scale", "2"'}, "points =", "`points` of scale is '2'"),
    "a name that is not an identifier": Trap({'"scale", 2': '"my scale", 2'}, "class Scale", "Got 'my scale'."),
    "a name that is a number": Trap({'"scale", 2': "7, 2"}, "class Scale", "Got 7."),
    "a long line": Trap({"You can": "You can" * 20}, "done =", "one line of at most 110 characters"),
    "an unknown driver": Trap({"drivers.call": "drivers.cal"}, "driver =", "Did you mean call"),
    "a driver as text": Trap(
        {"drivers.call": '"call"'}, "driver =", "`driver` of scale is 'call'; it must be a function"
    ),
    "a custom driver": Trap(
        {"drivers.call": "lambda f, x: f(x)"}, "driver =", "must be a function from gradlab.drivers"
    ),
    "a driver that needs other inputs": cases(
        "drivers.call", "drivers.trajectory", "the driver trajectory cannot run case"
    ),
    "no reference": Trap({REFERENCE: "", SQUARED: ""}, "class Scale", "`reference` of scale is missing"),
    "a misspelled reference": Trap({"def reference": "def referenc"}, "def referenc", "Did you mean reference?"),
    "a reference without a docstring": Trap(
        {'        """Multiply an array by a factor."""\n': ""}, "def reference", "without a docstring"
    ),
    "no cases": Trap({CASES: ""}, "class Scale", "`cases` of scale is missing"),
    "misspelled cases": Trap({"def cases": "def case"}, "def case", "Did you mean cases?"),
    "self in cases": cases(
        "def cases(rng)", "def cases(self, rng)", "`cases` of scale is cases(self, rng); it must be"
    ),
    "no argument in cases": cases("def cases(rng)", "def cases()", "it must be a function of rng alone"),
    "self in the judge": Trap(
        {"    driver =": "    def judge(self, case, outputs): ...\n\n    driver ="}, "def judge", "(without self)"
    ),
    "a tolerance as text": Trap(
        {"    driver =": '    tolerance = "1e-7"\n    driver ='}, "tolerance =", "at least 0 and less than 1"
    ),
    "a negative tolerance": Trap(
        {"    driver =": "    tolerance = -1e-7\n    driver ="}, "tolerance =", "at least 0 and less than 1"
    ),
    "no time at all": Trap({"    driver =": "    seconds = 0\n    driver ="}, "seconds =", "`seconds` of scale is 0"),
    "training without a judge": Trap(
        {"    driver =": "    trains = True\n    driver ="}, "trains =", "`judge` of scale is missing"
    ),
    "a misspelled part": Trap(
        {"    driver =": "    tolerence = 1e-3\n    driver ="}, "tolerence", "Did you mean tolerance?"
    ),
    "a mutable part": Trap(
        {"    driver =": "    settings = {}\n    driver ="}, "settings", "`settings` is not a part of an exercise"
    ),
    # --- mistakes and variants
    "a mistake without a hint": Trap({ADDED: "    @mistake\n"}, "def added", "mistake `added` of scale has no hint"),
    "a mistake called without a hint": Trap(
        {ADDED: "    @mistake()\n"}, "@mistake()", "missing 1 required positional argument: 'hint'"
    ),
    "edits without a hint": Trap(
        {'"Is your factor squared? Use it once.", ': ""}, "squared =", "mistake `squared` of scale has no hint"
    ),
    "an empty hint": Trap(
        {"Is your factor squared? Use it once.": " "}, "squared =", "the hint of mistake `squared` of scale is ' '"
    ),
    "a function without a decorator": Trap(
        {"    @variant\n": ""}, "def from_the_right", 'is never run. Add @mistake("...") or @variant above it'
    ),
    "an edit to text that does not occur": Trap(
        {'{"factor * x"': '{"factor @ x"'}, "squared =", "'factor @ x' occurs 0 times"
    ),
    "an edit that is not Python": Trap(
        {'"factor**2 * x"': '"factor**2 * (x"'}, "squared =", "is not Python: '(' was never closed"
    ),
    "two mistakes with the same name": Trap(
        {SQUARED: SQUARED * 2}, "squared = two", "`squared` is defined twice, first on line"
    ),
    "a mistake and a variant with the same name": Trap(
        {"def from_the_right": "def added"}, "def added two", "`added` is defined twice"
    ),
    "two classes with the same name": Trap(
        {"why =": "class Scale(Scale):\n    name = 'scale'\n\n\nwhy ="},
        "class Scale(Scale)",
        "`Scale` is defined twice",
    ),
    "a mistake that loses no points": Trap(
        {"factor**2 * x": "x * factor"}, "squared =", "mistake `squared` of scale loses no points"
    ),
    "two mistakes that are the same": Trap(
        {SQUARED: SQUARED + SQUARED.replace("squared =", "again =").replace("**2 * x", " * factor * x")},
        "again =",
        "mistake `again` of scale gives the same results on all cases as mistake `squared`",
    ),
    "a variant that loses points": Trap(
        {"return x * factor": "return x * 2.0"},
        "def from_the_right",
        "variant `from_the_right` of scale loses 1 of 2 points: 1 on case 'another factor', which is off by",
    ),
    "a variant that fails": Trap(
        {"return x * factor": "return x[9]"},
        "def from_the_right",
        "loses 2 of 2 points: 1 on case 'the default', which fails: IndexError",
    ),
    # --- what students do not have
    "a module in the reference": Trap(
        {"result = factor * x": "result = math.sqrt(factor**2) * x", 'factor * x"': 'factor**2"'},
        "math.sqrt",
        "the reference of scale uses `math`, which students do not have",
    ),
    "a helper in the reference": Trap(
        {"result = factor": "result = FACTOR", '{"factor * x"': '{"FACTOR * x"'},
        "result =",
        "the reference of scale uses `FACTOR`",
    ),
    "a module in the signature": Trap(
        {"def reference(x, factor=2.0)": "def reference(x, factor=math.sqrt(4.0))"},
        "def reference",
        "the reference of scale uses `math`",
    ),
    "a module in an edit to the signature": Trap(
        {'{"factor * x": "factor**2 * x"}': '{"factor=2.0": "factor=math.pi"}'},
        "squared =",
        "mistake `squared` of scale uses `math`",
    ),
    "a module in a variant": Trap(
        {"return x * factor": "return x * math.fabs(factor)"},
        "math.fabs",
        "variant `from_the_right` of scale uses `math`",
    ),
    "a module in a mistake": Trap(
        {"return factor + x": "return math.pi + x"}, "math.pi", "mistake `added` of scale uses `math`"
    ),
    "a module in an edit": Trap(
        {"factor**2 * x": "math.pi * x"}, "squared =", "mistake `squared` of scale uses `math`"
    ),
    # --- the cases
    "labels that differ from draw to draw": cases(
        '"the default"', 'f"{rng.integers(10**9)}"', "the labels and their order must be the same for every seed"
    ),
    "cases whose number differs from draw to draw": cases(
        YIELD,
        "        for i in range(rng.integers(10**3)):\n            yield Case(str(i), x=rng.normal(size=3))\n",
        "the labels and their order must be the same for every seed",
    ),
    "labels that differ between some draws": cases(
        '"the default"', 'rng.choice(["a", "b"])', "Case 1 is 'a' in cases with seed 1, but 'b' in cases with seed 2."
    ),
    "two cases with the same label": cases(
        '"another factor"', '"the default"', "labels must be unique, but 'the default' occurs twice"
    ),
    "an empty label": cases('"the default"', '""', "every label must be text"),
    "cases that are returned": cases(f"yield {ONE}\n        yield", "return", "must yield cases. It returns Case("),
    "something other than cases": cases(
        f"yield {ONE}", "yield np.ones((2, 1))", "must yield cases. It yields array([[1.], [1.]])."
    ),
    "cases that yield nothing": cases(
        "def cases(rng):\n", "def cases(rng):\n        return\n", "there must be at least one case"
    ),
    "cases that fail": cases(
        YIELD, "        rng.wrong\n" + YIELD, "`cases` of scale fails with seed 1: AttributeError", at="rng.wrong"
    ),
    "cases that ignore rng": Trap(
        {"x=rng.normal(size=3)": "x=np.ones(3)", "rng.uniform(3, 4)": "3.0"},
        "def cases",
        "gives every student the same numbers",
    ),
    "random numbers from elsewhere": Trap(
        {"x=rng.normal(size=3)": "x=np.random.normal(size=3)"}, "def cases", "the same seed gives different cases"
    ),
    "a negative weight": cases("size=3))", "size=3), weight=-1)", "a weight must be a number, and at least 0"),
    "no weight at all": Trap(
        {"size=3))": "size=3), weight=0)", "rng.uniform(3, 4))": "rng.uniform(3, 4), weight=0)"},
        "def cases",
        "at least one case must have a weight",
    ),
    "a list among the inputs": cases(
        ONE, ONE.replace("rng.normal(size=3)", "[rng.normal()]"), "`x` of case 'the default' is of type list"
    ),
    "an oracle that students do not have": cases(
        ONE,
        ONE.replace("rng.normal(size=3)", "Oracle(np.sin)"),
        "must be a functools.partial of a function in gradlab.oracles",
    ),
    "public cases with other labels": Trap(
        {"    squared =": "    def public_cases(rng):\n        yield Case('public', x=rng.normal())\n\n    squared ="},
        "def public_cases",
        "the labels and their order must be the same",
    ),
    # --- the reference
    "a reference that fails": Trap(
        {"return result": "return result[5]"},
        "return result",
        "the reference of scale fails on case 'the default' with the driver call: IndexError",
    ),
    "a reference that lacks an argument": Trap(
        {
            'x, factor=2.0):\n        """M': 'x):\n        """M',
            "factor * x\n": "x\n",
            '{"factor * x": "factor**2 * x"}': '{"= x": "= x**2"}',
        },
        "def reference",
        "got an unexpected keyword argument 'factor'",
    ),
    "a reference that changes its argument": Trap(
        {
            "        result = factor * x\n": "        x *= factor\n        result = x\n",
            '{"factor * x": "factor**2 * x"}': '{"*= factor": "*= factor**2"}',
        },
        "def reference",
        "changes `x` in place on case 'the default'",
    ),
    "a reference that is random": Trap(
        {"return result": "return result * np.random.rand()"},
        "def reference",
        "gives different results on the same inputs",
    ),
    "a reference that takes too long": Trap(
        {"    driver =": "    seconds = 1e-9\n    driver ="}, "def reference", "seconds that an answer may take"
    ),
    # --- modules
    "a module that is not Python": Trap(
        {"def cases(rng):": "def cases(rng)"}, "def cases", "this line is not valid Python: expected ':'"
    ),
    "a module that cannot be imported": Trap(
        {"import math": "import maths"}, "import maths", "this line raises ModuleNotFoundError: No module named 'maths'"
    ),
    "a name that another exercise has": Trap(
        {}, "class Scale", "'scale' is already used in ", files={"another.py": EXERCISE.split("why =")[0]}
    ),
    "a name that a question has": Trap({'Written("why"': 'Written("scale"'}, "why =", "'scale' is already used in "),
    "an empty question": Trap({'"Why?"': '""'}, "why =", "`question` of why is ''; it must be text"),
    "a question without points": Trap(
        {'"why", 1': '"why", 0'}, "why =", "`points` of why is 0; it must be a number greater than 0"
    ),
    # --- the master
    "no imports": master(
        "import numpy as np\n\nfrom gradlab import check",
        "x = 1",
        "```{code-cell} ipython3 two",
        "has the imports it needs: add one with `from gradlab import check`",
    ),
    "no imports of NumPy": Trap(
        {"return result": "return np.asarray(result)", "import numpy as np\n\nfrom gradlab": "from gradlab"},
        "```{code-cell} ipython3 two",
        "add one with `import numpy as np`.",
        in_master=True,
    ),
    "imports in a demo": master(
        "```{code-cell} ipython3\nimport",
        "```{code-cell} ipython3\n:tags: [demo]\n\nimport",
        "```{code-cell} ipython3 two",
        "no cell above this exercise has the imports",
    ),
    "a placeholder without an exercise": master(
        "\nscale\n",
        "\nscael\n",
        "```{code-cell} ipython3 two",
        "rules has no `scael` for the tag `exercise`. Did you mean scale?",
    ),
    "an exercise without a placeholder": Trap(
        {":tags: [exercise]\n\nscale": ":tags: [demo]\n\n1 + 1"},
        "name, points",
        "`scale` has no placeholder in the notebook",
    ),
    "a question without a placeholder": Trap(
        {":tags: [written]\n\nwhy": "1 + 1"}, "why =", "`why` has no placeholder in the notebook"
    ),
    "two placeholders for one exercise": master(
        ":tags: [written]\n\nwhy",
        ":tags: [exercise]\n\nscale",
        "```{code-cell} ipython3 three",
        "`scale` already has a placeholder, on line 11",
    ),
    "a placeholder without a tag": master(
        ":tags: [exercise]\n\n", "", "```{code-cell} ipython3 two", "a cell that names `scale` needs the tag `exercise`"
    ),
    "a misspelled tag": master(
        "[exercise]",
        "[exercice]",
        "```{code-cell} ipython3 two",
        "the tag `exercice` is unknown. Did you mean exercise?",
    ),
    "two tags": master("[exercise]", "[exercise, written]", "```{code-cell} ipython3 two", "but not for both"),
    "a tag without brackets": master(
        "[exercise]", "exercise", ":tags: exercise", "must be written as in `:tags: [exercise]`"
    ),
    "an open bracket": master(
        "[exercise]", "[exercise", ":tags: [exercise", "must be written as in `:tags: [exercise]`"
    ),
    "a misspelled option": master(
        ":tags: [exercise]",
        ":tag: [exercise]",
        "```{code-cell} ipython3 two",
        "a cell's only option is `tags`, as in `:tags: [exercise]`",
    ),
    "two names in a placeholder": master(
        "\nscale\n", "\nscale\nwhy\n", "```{code-cell} ipython3 two", "must contain one name, and nothing else"
    ),
    "a line that makes a cell vanish": master(
        "Now scale:", '+++ {"tags": ["demo"]}', "+++", "makes the cell after it vanish"
    ),
}
