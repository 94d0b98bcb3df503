"""Kernels that tests talk to over Unix sockets.

By default, Jupyter chooses free TCP ports for a kernel, and the kernel uses them a second later. In the meantime,
another program may have taken one of them, and the kernel dies.
"""

import tempfile
import uuid
from pathlib import Path

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from traitlets.config import Config


def start_kernel(folder=None):
    """Start a kernel in a folder, as `start_new_kernel` of jupyter_client does. Return its manager and a client."""
    manager = KernelManager(kernel_name="python3", **sockets())
    manager.start_kernel(cwd=folder and str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
    except RuntimeError:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        raise
    return manager, client


def run_notebook(notebook, folder=None, **options):
    """Run a notebook's cells in a new kernel in a folder. The notebook receives their outputs."""
    resources = {"metadata": {"path": str(folder)}} if folder else {}
    settings = Config({"KernelManager": sockets()})
    # A kernel takes half a second to end by itself, and what it does then is nobody's concern.
    client = NotebookClient(
        notebook, kernel_name="python3", resources=resources, config=settings, shutdown_kernel="immediate", **options
    )
    client.execute()


def sockets():
    """Return the settings of a `KernelManager` whose kernel uses sockets of its own."""
    return {"transport": "ipc", "connection_file": str(Path(tempfile.gettempdir(), f"kernel-{uuid.uuid4()}.json"))}
