"""IPython without a kernel: runs a cell in this process and keeps what it would have shown.

Outputs are kept as text, PNG and JPEG only. They come from student code and end in pages that people open, so
nothing that a browser could run is carried on.
"""

import base64
import io
import json

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

MAX_OUTPUT = 1 << 20  # characters a cell
KEPT = ("text/plain", "image/png", "image/jpeg")


class Outputs:
    """What the running cell has shown so far, up to `MAX_OUTPUT` characters."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.items, self.size = [], 0

    def add(self, item, size):
        self.size += size
        if self.size <= MAX_OUTPUT:
            self.items.append(item)

    def add_text(self, stream, text):
        room = MAX_OUTPUT - self.size
        self.size += len(text)
        if room <= 0:
            return
        text = text[:room]
        last = self.items[-1] if self.items else {}
        if last.get("stream") == stream:
            last["text"] += text
        else:
            self.items.append({"stream": stream, "text": text})

    def json(self):
        if self.size > MAX_OUTPUT:
            self.items.append({"stream": "stdout", "text": "\n... output cut here: over 1 MB\n"})
        return json.dumps(self.items)


OUTPUTS = Outputs()


class Stream(io.TextIOBase):
    """Stands for sys.stdout or sys.stderr."""

    def __init__(self, name):
        self.stream = name

    def writable(self):
        return True

    def write(self, text):
        OUTPUTS.add_text(self.stream, str(text))
        return len(text)


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **_):
        _add_display("display", data)

    def clear_output(self, wait=False):
        OUTPUTS.clear()


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        _add_display("result", format_dict)

    def finish_displayhook(self):
        pass


class CellShell(InteractiveShell):
    """An `InteractiveShell` whose outputs go to `OUTPUTS` and whose history goes nowhere."""

    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def enable_gui(self, gui=None):
        pass

    def _showtraceback(self, etype, evalue, stb):
        lines = [str(line)[:10_000] for line in stb][-100:]
        item = {"error": etype.__name__, "value": str(evalue)[:10_000], "traceback": lines}
        OUTPUTS.add(item, sum(map(len, lines)))


def new_shell():
    """The shell of this process, with inline plots, made once before students' code is forked off."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = CellShell.instance(config=config)
    shell.run_line_magic("matplotlib", "inline")
    return shell


def run_cell(shell, source):
    """Run one cell; returns what it showed, as JSON text."""
    OUTPUTS.clear()
    shell.run_cell(source, store_history=False)
    return OUTPUTS.json()


def _add_display(kind, data):
    kept = {mime: _text(data[mime]) for mime in KEPT if mime in data}
    if kept:
        OUTPUTS.add({kind: kept}, sum(map(len, kept.values())))


def _text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
