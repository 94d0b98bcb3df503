"""``doctor``: show which protections work on this machine."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from autograder.sandbox import Protection, probe


def run(as_json: bool, probe: Callable[[], Sequence[Protection]] = probe) -> int:
    """Try every protection and print the results. Return 1 if autograding refuses to run here, otherwise 0."""
    protections = probe()
    refused = any(p.required and not p.holds for p in protections)
    if as_json:
        print(json.dumps([asdict(p) for p in protections], indent=2))
        return int(refused)
    table = Table("protection", "works", "what was observed", title="What confines students' code on this machine")
    for p in protections:
        works = "[green]yes[/]" if p.holds else "[red]NO[/]" if p.required else "[yellow]no[/]"
        table.add_row(p.name, works, p.detail)
    console = Console()
    console.print(table)
    if refused:
        console.print(
            "[red]Autograding refuses to run here[/]: a required protection does not work. Grade in a container or "
            "on a Linux server, as the README explains."
        )
    else:
        console.print("Autograding runs here: every required protection works.")
    return int(refused)
