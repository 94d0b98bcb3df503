"""The page that `check.help()` shows: how checking and grading work."""


class Page(str):
    """A text in Markdown, which a notebook displays as a page."""

    def _repr_markdown_(self) -> str:
        return str(self)


HELP = Page("""\
### How checking works

Write the function in its cell, run the cell, and run the `check` below it. Repeat until you like what you see: you can
check as often as you want, and nobody keeps count.

**What the check does.** It calls your function on a few *public cases* and compares what comes back with the right
answer. Each row of the table is a case: what it tests, how far off you are, and how far off you may be. For the first
case that fails, you also see where: which output, which step, which entry, what was expected and what you got. If your
answer is a mistake that we have seen before, the check names it, and a hint opens when you click on it.

**Take a closer look.** Prints and breakpoints in your function work as usual. And you can have the numbers of any case:

    case = check.case("adam", 2)        # the second row of the table
    case.inputs, case.expected

`check.progress()` lists the points of every exercise, and what is left to do.

**Your grade** comes from *hidden cases*. They test the same things with other numbers, which are drawn when your
notebook is graded. An answer that is right for the right reason passes both; one that has the public numbers built in
does not. Rounding does not matter, and neither does the way you write your function.

**What grading runs.** Your answers, your own cells, and everything that they define. It skips the demonstrations, the
cells with plots and training runs, because they take too long. So an answer must not use their variables. If yours
does, the check says so, and says what to copy where.

**Before you submit,** restart the kernel and run all cells. A notebook remembers cells that you have since changed or
deleted; a fresh start does not.
""")
