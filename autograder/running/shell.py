"""IPython without a kernel: runs a cell in this process and captures what the cell displays.

Only text, PNG images, and JPEG images are captured. Outputs come from student code and end up in pages that people
open, so nothing that a browser could execute may get through.
"""

import base64
import io
import json
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

MAX_OUTPUT = 1 << 20  # characters per cell
MIME_TYPES = ("text/plain", "image/png", "image/jpeg")
NO_COMMANDS = "This command was not run, because grading runs only Python."


class Outputs:
    """The outputs of the running cell so far, up to `MAX_OUTPUT` characters."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.size = 0

    def add(self, item: dict[str, Any], size: int) -> None:
        self.size += size
        if self.size <= MAX_OUTPUT:
            self.items.append(item)

    def add_text(self, stream: str, text: str) -> None:
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

    def json(self) -> str:
        if self.size > MAX_OUTPUT:
            self.items.append({"stream": "stdout", "text": "\n... output truncated: over 1 MB\n"})
        return json.dumps(self.items)


OUTPUTS = Outputs()


class Stream(io.TextIOBase):
    """A replacement for sys.stdout or sys.stderr that adds the text written to it to `OUTPUTS`."""

    def __init__(self, name: str) -> None:
        self.stream = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        OUTPUTS.add_text(self.stream, str(text))
        return len(text)


class Publisher(DisplayPublisher):
    def publish(self, data: dict[str, Any], metadata: Any = None, source: Any = None, **_: Any) -> None:
        _add_display("display", data)

    def clear_output(self, wait: bool = False) -> None:
        OUTPUTS.clear()


class Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        _add_display("result", format_dict)

    def finish_displayhook(self) -> None:
        pass


class CellShell(InteractiveShell):
    """An `InteractiveShell` that sends outputs to `OUTPUTS` and keeps no history."""

    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def enable_gui(self, gui: Any = None) -> None:
        pass

    def system(self, cmd: str) -> None:
        """Say that a command is not run. Cells start commands with ``!`` or with magics such as ``%pip``."""
        print(NO_COMMANDS)

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Say that a command is not run, and return no output."""
        print(NO_COMMANDS)
        return SList() if split else LSString()

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        lines = [str(line)[:10_000] for line in stb][-100:]
        item = {"error": etype.__name__, "value": str(evalue)[:10_000], "traceback": lines}
        OUTPUTS.add(item, sum(map(len, lines)))


def new_shell() -> CellShell:
    """Return this process's shell, with inline plots. The zygote creates the shell once, before it forks any child."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = CellShell.instance(config=config)
    shell.run_line_magic("matplotlib", "inline")
    return shell


def run_cell(shell: InteractiveShell, source: str) -> str:
    """Run one cell, and return its outputs as JSON text."""
    OUTPUTS.clear()
    shell.run_cell(source, store_history=False)
    return OUTPUTS.json()


def _add_display(kind: str, data: dict[str, Any]) -> None:
    kept = {mime: _text(data[mime]) for mime in MIME_TYPES if mime in data}
    if kept:
        OUTPUTS.add({kind: kept}, sum(map(len, kept.values())))


def _text(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
