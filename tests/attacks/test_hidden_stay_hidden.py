"""Nothing that students can read reveals hidden inputs or expected values, whatever their functions do."""

import base64
import json
import re
import struct

import numpy as np
import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student, reference
from autograder.exercise import Oracle
from autograder.judging.cases import draw, expected_runs, public_cases
from gradlab.checks.outcome import PROBLEMS

from .stock_nbgrader import in_stock_nbgrader

NAME = "update_rules"
EXERCISES = catalogue.assignments()[NAME].exercises
PUBLIC_CALLS = 36
# Apart from `channel`, this answer is correct. Once hidden calls begin, it stores each call's numbers in `loot`.
THIEF = """\
import os, sys, threading, time, warnings, inspect, logging, json
import numpy as np
calls = 0

def sgd(w, dw, config=None):
    global calls, loot
    calls += 1
    next_w = w - (config or {{}}).get("learning_rate", 1e-2) * dw
    if calls > 36:
        numbers = [float(x) for x in (*w.ravel(), *dw.ravel(), *next_w.ravel())]
        loot = " ".join(map(repr, numbers))
        word = "x" + loot.replace(".", "_").replace("-", "m").replace(" ", "_")
        {channel}
    return next_w, config or {{}}"""
SAVES = 'open("loot", "a").write(loot + "\\n")'
DIES = "\nos._exit(0)"
PRINTS_SAVED = """\
import os
if os.path.exists("loot"):
    print(open("loot").read())"""
REPORTS_SAVED = """\
import os
import numpy as np
from autograder.running import tampering
if os.path.exists("loot"):
    tampering.detect = lambda shell: open("loot").read().split()
    tampering.WATCHED.update({word: (np, "x") for word in open("loot").read().split()})
    tampering.ORIGINALS.update(dict.fromkeys(tampering.WATCHED))"""
FRAME = """\
from autograder.running.wire import encode
frame = sys._getframe()
while not isinstance(frame.f_locals.get("request"), dict):
    frame = frame.f_back
def send(**values):
    os.write(3, encode({"id": frame.f_locals["request"]["id"], **values}))
"""
KEEPS_PRINTING = "threading.Thread(target=lambda: [(print(loot), time.sleep(0.01)) for _ in range(300)]).start()"
HOOKS = """\
shell = get_ipython()
shell.display_formatter.formatters["text/plain"].for_type(float, lambda x, p, cycle: p.text(loot))
sys.displayhook = sys.excepthook = lambda *args: print(loot)
shell.showtraceback = lambda *args, **more: print(loot)
for event in ("pre_execute", "pre_run_cell", "post_run_cell"):
    shell.events.register(event, lambda *result: print(loot))"""
OUTPUTS = "from autograder.running import shell as s\ns.OUTPUTS.add_text('stdout', loot)\ns.OUTPUTS.items.append(loot)"
SIGNATURE = """\
positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
sgd.__signature__ = inspect.Signature([inspect.Parameter(word + s, positional) for s in "abc"])
w += 1"""
CHANNELS = {
    "prints": "print(loot); print(loot, file=sys.stderr); print(loot, file=sys.__stdout__)",
    "writes": "os.write(1, loot.encode()); os.write(2, loot.encode())",
    "warns": "warnings.warn(loot); logging.error(loot)",
    "displays": "from IPython.display import display; display(loot); get_ipython().run_cell('loot')",
    "raises": "raise ValueError(loot)",
    "raises-class": "raise type(word, (Exception,), {})(loot)",
    "raises-exit": "raise SystemExit(loot)",
    "raises-memory": "raise MemoryError(loot)",
    "raises-interrupt": "raise KeyboardInterrupt(loot)",
    "raises-group": "raise BaseExceptionGroup(loot, [ValueError(loot), KeyboardInterrupt(loot)])",
    "returns-class": "return type(word, (), {})(), {}",
    "returns-dtype": "return np.zeros(3, dtype=[(word, float)]), {}",
    "returns-shape": "return np.zeros([int(c) for c in loot if c.isdigit()][:8]), {}",
    "returns-text": "return loot, {loot: loot}",
    "returns-config": "return next_w, type(word, (dict,), {})({loot: loot})",
    "returns-digit-as-error": "return next_w * 10.0 ** int(str(numbers[0])[-1]), {}",
    "returns-numbers": "return np.array(numbers[: w.size]).reshape(w.shape) * 1e300, {}",
    "signature": SIGNATURE,
    "outputs": OUTPUTS,
    "hooks": HOOKS,
    "thread": KEEPS_PRINTING,
    # The sleep lets the thread print before the process dies.
    "thread-and-dies": KEEPS_PRINTING + "\ntime.sleep(0.1)" + DIES,
    "saves": SAVES,
    "saves-and-dies": SAVES + DIES,
    "saves-and-fills-memory": SAVES + "\nraise MemoryError(loot)",
    "frame-shown": FRAME + "send(outputs=json.dumps([{'stream': 'stdout', 'text': loot}]))",
    "frame-found": FRAME + "send(found=loot.replace(' ', '|'), missing=loot.replace(' ', '|'))",
    "frame-changed": FRAME + "send(ran={'0': {'outputs': {'w': 1.0}, 'changed': loot.replace(' ', '|')}})",
    "frame-named": FRAME + "send(ran={'0': {'outputs': {loot: loot}}, loot: {'problem': loot}})",
    "frame-problem": FRAME + "send(ran={'0': {'problem': 'error', 'detail': loot, 'exception': word}})",
    "frame-call": FRAME + "send(call=loot, case=loot, arguments={'0': loot})",
    "frame-nonsense": "os.write(3, b'\\x00' * 4 + loot.encode())",
}


def thief(name, channel, first=(), cells=()):
    answer = THIEF.format(channel=channel.replace("\n", "\n        "))
    return Student(f"thief-{name}", "", answers={"sgd": answer}, first=first, cells=(*cells, "print(calls)"))


def peeper():
    """Return a student whose functions are correct but store their inputs. The last cell prints some of them."""
    answers = {name: cheats.peeks(name, reference(exercise)) for name, exercise in EXERCISES.items()}
    return Student(
        "thief-stores",
        "",
        answers=answers,
        first=(cheats.STORE,),
        cells=(cheats.PRINT.replace("seen", "seen[:40:10]"),),
    )


SUBMISSIONS = [
    peeper(),
    *(thief(name, channel, (PRINTS_SAVED, REPORTS_SAVED), (PRINTS_SAVED,)) for name, channel in CHANNELS.items()),
]


def numbers_in(value):
    """Return every float in a value, including floats in nested dicts, in arrays, and in an oracle's arguments."""
    if isinstance(value, Oracle):
        value = value.function.keywords
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers_in(item)]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(float).ravel().tolist()
    return [value] if isinstance(value, float) else []


def numbers_of(exercise, cases):
    runs = expected_runs(exercise, cases)
    return {n for case, run in zip(cases, runs, strict=True) for n in numbers_in(case.inputs) + numbers_in(run.outputs)}


def spellings(numbers):
    """Return text fragments that would reveal one of the numbers: some of its digits, or its bytes in hex or base64."""
    found = set()
    for number in numbers:
        digits = f"{abs(number):.16e}".replace(".", "")[:17]
        if digits.rstrip("0")[8:]:
            packed = struct.pack("<d", number)
            coded = (base64.b64encode(bytes(skip) + packed).decode() for skip in range(3))
            found |= {digits[k : k + 8] for k in range(5)}
            found |= {number.hex().split(".")[1][:13], packed.hex(), packed[::-1].hex(), packed.hex(" ")}
            found |= {text[skip + 1 : skip + 10] for skip, text in enumerate(coded)}
    return found


def fragments(text):
    """Return all fragments of `text` in any of the forms that `spellings` returns."""
    spaced = {match[1] for match in re.finditer("(?=((?:[0-9a-f]{2} ){7}[0-9a-f]{2}))", text)}
    kinds = ((r"\d", 8), ("[0-9a-f]", 13), ("[0-9a-f]", 16), ("[A-Za-z0-9+/]", 9))
    return spaced.union(*(pieces(run, size) for kind, size in kinds for run in runs(text, kind, size)))


def runs(text, kind, size):
    """Return all maximal runs of at least `size` characters of one kind."""
    return set(re.findall(f"{kind}{{{size},}}", text))


def pieces(run, size):
    return {run[start : start + size] for start in range(len(run) - size + 1)}


def readable(course, name):
    """Return everything that a student can read, as one string."""
    folders = (course.build / "feedback" / name, course.build / "release", course.folder / "assignments")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".html", ".ipynb", ".md")]
    outputs = json.dumps([cell.get("outputs", []) for cell in course.autograded(name).cells])
    text = "\n".join([*(path.read_text(encoding="utf-8") for path in files), outputs])
    return re.sub(r"cell-id=\w+", "", text)  # random ids, whose digits may match a hidden number's by chance


@pytest.fixture(scope="module")
def public():
    return {e: numbers_of(e, public_cases(e)[0]) for e in EXERCISES.values()}


@pytest.fixture(scope="module")
def hidden(course, public):
    """``hidden(name)``: return the spellings of the numbers in a student's hidden cases."""

    def hidden(name):
        found = set()
        for exercise in EXERCISES.values():
            cases = draw(exercise, int(course.verdicts(name)[exercise.name]["seed"]))
            found |= spellings(numbers_of(exercise, cases) - public[exercise])
        return found

    return hidden


def test_leaked_numbers_are_recognized(course, public):
    """Both the public inputs that the last cell of `peeper` prints and numbers in other spellings are recognized."""
    seen = fragments(readable(course, "thief-stores"))
    assert len(spellings(public[EXERCISES["sgd"]]) & seen) > 10
    number = -1234.5678901234567
    for spelled in (repr(number), f"{number:.12g}", f"{number:.8e}", number.hex(), str(np.array([number / 1000]))):
        assert spellings([number]) & fragments(spelled), spelled
    array = np.array([0.1, 1 / 3, -2 / 7, 1e-10 / 3])
    for text in (array.tobytes().hex(), base64.b64encode(array.tobytes()).decode(), array.tobytes().hex(" ")):
        assert all(spellings([number]) & fragments(text) for number in array[1:].tolist())


# The channels to try in stock nbgrader. The others write to the judge or to `OUTPUTS`, which stock nbgrader lacks.
IN_STOCK = [name for name in CHANNELS if not name.startswith(("frame-", "outputs"))]
# Channels that may show no hidden number in stock nbgrader, because they bypass `sys.stdout`, write from a thread, kill
# the kernel, or need our report. The same is true of channels that only return a value.
UNSURE_IN_STOCK = {"writes", "thread", "thread-and-dies", "saves-and-dies", "signature"}


@pytest.fixture(scope="module")
def stock():
    """What stock nbgrader shows for notebooks whose functions see a hidden number in their first call."""
    test = "import numpy as np\nassert (sgd(np.array([0.123456789]), np.zeros(1))[0] != 3).all()"
    peeping = [cheats.STORE, cheats.peeks("sgd", cheats.does_nothing(EXERCISES["sgd"])), test, cheats.PRINT]
    sources = {name: thief(name, CHANNELS[name]).answers["sgd"] for name in IN_STOCK}
    notebooks = {
        name: [source.replace("calls > 36", "calls > 0"), test, PRINTS_SAVED] for name, source in sources.items()
    } | {"stores": peeping}
    submissions = {name: {"cells": cells, "files": {}, "test": cells.index(test)} for name, cells in notebooks.items()}
    return {name: result["shown"] or result["points"] for name, result in in_stock_nbgrader(submissions).items()}


@pytest.mark.parametrize("name", ["stores", *IN_STOCK])
def test_stock_nbgrader_shows_hidden_numbers_through_most_channels(name, stock, record_property):
    shows = "0.1234567" in stock[name]
    record_property("stock", (f"thief-{name}", "shows hidden inputs" if shows else "shows nothing"))
    assert shows or name in UNSURE_IN_STOCK or name.startswith("returns-")


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_hidden_cases_cannot_be_read(student, course, hidden):
    # Text that every student can read, such as a checksum, may share eight digits with a hidden number.
    common = fragments(readable(course, "honest"))
    assert hidden(student.name) & (fragments(readable(course, student.name)) - common) == set()


@pytest.mark.parametrize("student", SUBMISSIONS[1:], ids=lambda student: student.name)
def test_thief_gets_hidden_inputs_only_after_the_last_cell(student, course):
    """When the last cell prints the number of calls, only public calls have been made. Calls on hidden cases follow."""
    assert f'"text": "{PUBLIC_CALLS}\\n"' in json.dumps(course.autograded(student.name).cells[-1].outputs)


def test_verdicts_on_hidden_cases_use_only_a_few_fixed_words(course):
    """The number of words limits what verdicts can leak: less than 400 bits per notebook, as the last line checks."""
    words = set(PROBLEMS.values()) | {f"1e-{k:02}" for k in range(1, 8)} | {"1e+00", "within 1e-07", "within 1e-04"}
    reported = set()
    for student in SUBMISSIONS:
        rows = re.findall(r"<tr class=\"(?:pass|fail)\">(.*?)</tr>", course.reported(student.name, "sgd"))
        reported |= {re.findall(r"<td[^>]*>(.*?)</td>", row)[2] for row in rows}
    assert reported <= words
    assert {PROBLEMS["error"], PROBLEMS["crashed"], "within 1e-07"} <= reported
    cases = sum(len(public_cases(exercise)[0]) for exercise in EXERCISES.values())
    assert cases * np.log2(len(words)) < 400
