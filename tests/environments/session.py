"""Runs cells in a kernel of the Python that runs this program, whatever its packages: ``python session.py FOLDER``.

The program imports nothing but jupyter_client, which every environment with a kernel has. It reads a list of cells as
JSON from its standard input, and writes to its standard output what each of them displayed.
"""

import contextlib
import json
import sys

from jupyter_client.manager import start_new_kernel

SECONDS = 300


def main(folder: str) -> None:
    manager, client = start_new_kernel(kernel_name="python3", cwd=folder)
    try:
        shown = [displayed(client, cell) for cell in json.load(sys.stdin)]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    json.dump(shown, sys.stdout)


def displayed(client, source):
    """Run a cell, and return what it displayed: its text, its last HTML and plain result, and its error, or ""."""
    request = client.execute(source, allow_stdin=False)
    found = {"text": "", "html": "", "plain": "", "error": ""}
    while True:
        message = client.get_iopub_msg(timeout=SECONDS)
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if kind == "status" and content["execution_state"] == "idle":
            return found
        if kind == "stream":
            found["text"] += content["text"]
        elif kind == "error":
            found["error"] = "\n".join(content["traceback"])
        elif kind in ("execute_result", "display_data"):
            found["html"] = content["data"].get("text/html", "")
            found["plain"] = content["data"].get("text/plain", "")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(*sys.argv[1:])
