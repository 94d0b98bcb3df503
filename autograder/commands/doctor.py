"""``doctor``: which protections hold on this machine."""

import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from autograder.sandbox import probe


def run(as_json):
    """Print every protection, tried for real; returns 1 if autograding would refuse."""
    protections = probe()
    refused = any(p.required and not p.holds for p in protections)
    if as_json:
        print(json.dumps([asdict(p) for p in protections], indent=2))
        return int(refused)
    table = Table("protection", "holds", "what was seen", title="What confines students' code on this machine")
    for p in protections:
        holds = "[green]yes[/]" if p.holds else "[red]NO[/]" if p.required else "[yellow]no[/]"
        table.add_row(p.name, holds, p.detail)
    console = Console()
    console.print(table)
    if refused:
        console.print(
            "[red]Autograding refuses to run here[/]: a required protection does not hold. Grade in a container or "
            "on a Linux server, as the README says."
        )
    else:
        console.print("Autograding runs here: every required protection holds.")
    return int(refused)
