"""A submission cannot communicate with the internet, a service on this host, or another process."""

import textwrap

import pytest

ACTS = {
    "TCP": "import socket; socket.create_connection(('127.0.0.1', tcp))",
    "TCP server": "import socket; socket.create_server(('127.0.0.1', 0))",
    "UDP": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", udp))
    """,
    "unix stream, abstract": """
        import socket
        socket.socket(socket.AF_UNIX).connect(stream.encode("latin-1"))
    """,
    "unix datagram, abstract": """
        import socket
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", datagram.encode("latin-1"))
    """,
    "datagram through a pair": """
        import socket
        socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].connect(datagram.encode("latin-1"))
    """,
    "raw datagram through a pair": """
        import ctypes
        ends = (ctypes.c_int * 2)()
        call(53, 199, 1, 2, 0, ends)
        name = (1).to_bytes(2, "little") + datagram.encode("latin-1")
        call(44, 206, ends[0], b"x", 1, 0, name, len(name))
    """,
    "sequenced packets": "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)",
    "netlink": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "descriptors in a message": """
        import socket
        left, right = socket.socketpair()
        socket.send_fds(left, [b"x"], [0])
        socket.recv_fds(right, 1, 1)
    """,
    "out-of-band data": """
        import socket
        left, right = socket.socketpair()
        left.send(b"x", socket.MSG_OOB)
    """,
    "terminal input": "import fcntl, os; fcntl.ioctl(terminal, 0x5412, b'x')",
    "signals from a socket": """
        import fcntl, os
        fcntl.ioctl(pair, 0x8901, os.getpid().to_bytes(4, "little"))
    """,
}
BEFORE = """
import os, pty, socket
_, terminal = pty.openpty()
pair = socket.socketpair()[0].detach()
"""
# A kernel may disable TIOCSTI (dev.tty.legacy_tiocsti) and out-of-band data on Unix sockets.
HOST_MAY_FORBID = {"terminal input", "out-of-band data"}


@pytest.mark.parametrize("act", ACTS)
def test_communication_is_refused(act, refused):
    refused(textwrap.dedent(ACTS[act]), before=BEFORE, host_may_forbid=act in HOST_MAY_FORBID)


def test_host_names_cannot_be_resolved(run):
    outcome = run("import socket; socket.getaddrinfo('localhost', 80)")
    assert "gaierror" in outcome.error
