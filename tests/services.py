"""Notebooks as Colab, Kaggle, and VS Code save them. Each function takes a notebook's JSON, and returns a file's bytes.

The functions follow files that these services have written: which keys they add, which ids they move or drop, and how
they write a cell's source. nbgrader's metadata survives in all of them, as long as students don't copy cells.
"""

import copy
import json

WIDGET = {"application/vnd.jupyter.widget-state+json": {"b1f6": {"model_name": "HTMLModel", "state": {"value": "50%"}}}}
OUTPUT = {
    "output_type": "execute_result",
    "execution_count": 3,
    "data": {"text/plain": ["1.0"], "text/html": ["<div>1 of 1 points</div>"]},
    "metadata": {},
}
PROGRESS = {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "b1f6"}}}


def jupyterlab(notebook):
    return json.dumps(ran(notebook), indent=1).encode()


def colab(notebook):
    """Colab writes format 4.0, with its own ids in the metadata, and drops notebook metadata that it does not know."""
    notebook = ran(notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"id": cell.pop("id", f"Zk3_{number:08}")}
        if cell["cell_type"] == "code":
            place = {"base_uri": "https://localhost:8080/", "height": 161}
            cell["metadata"] |= {"colab": place, "outputId": f"4b0c-{number}"}
    metadata = {"colab": {"provenance": [], "toc_visible": True}, "widgets": WIDGET}
    metadata |= {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": notebook["cells"]}
    return json.dumps(notebook, indent=2, ensure_ascii=False).encode()


def kaggle(notebook):
    """Kaggle writes one line of JSON, with each source as one string, and drops the cells' ids."""
    notebook = ran(notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["source"] = "".join(cell["source"])
        cell["metadata"] |= {"_uuid": f"8f2839f25d{number}", "trusted": True, "execution": {"shell.execute_reply": "x"}}
    notebook["metadata"]["kaggle"] = {"accelerator": "none", "dataSources": [], "isInternetEnabled": False}
    return json.dumps(notebook | {"nbformat_minor": 4}, separators=(",", ":")).encode()


def vs_code(notebook):
    notebook = ran(notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell.setdefault("id", f"#W{number}sZmlsZQ==")
        cell["metadata"]["vscode"] = {"languageId": "python"}
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def ran(notebook):
    """Return a copy of the notebook in which every code cell has outputs."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [PROGRESS, OUTPUT], 3
    return notebook


SERVICES = (jupyterlab, colab, kaggle, vs_code)
