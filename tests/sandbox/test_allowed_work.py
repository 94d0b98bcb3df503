"""A notebook's normal operations succeed in the sandbox, even with modules that are first imported there."""

import signal
import textwrap

import pytest

WORK = {
    "linear algebra": """
        import numpy as np
        a = np.random.default_rng(0).normal(size=(600, 600))
        value = np.allclose(np.linalg.inv(a) @ a, np.eye(600), atol=1e-6) and np.linalg.svd(a)[1].min() > 0
        value = bool(value)
    """,
    "SciPy, imported in the sandbox": """
        import numpy as np, scipy.linalg, scipy.optimize, scipy.stats, scipy.signal
        assert np.allclose(scipy.linalg.solve(np.eye(300) * 2, np.ones(300)), 0.5)
        value = bool(scipy.optimize.minimize(lambda x: ((x - 1) ** 2).sum(), np.zeros(3)).success)
    """,
    "plotting": """
        import io, matplotlib.pyplot as plt
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3], label="$\\\\alpha^2$")
        axes.set_title("α β")
        axes.legend()
        figure.savefig(scratch + "/picture.png")
        figure.savefig(io.BytesIO(), format="svg")
        value = open(scratch + "/picture.png", "rb").read(4) == b"\\x89PNG"
    """,
    "threads": """
        import numpy as np
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            value = sum(pool.map(lambda n: int(np.eye(n).sum()), range(20))) == 190
    """,
    "a thread that is joined by the C library": """
        import ctypes
        library, thread = ctypes.CDLL(None), ctypes.c_ulong()
        library.pthread_create(ctypes.byref(thread), None, ctypes.cast(library.sched_yield, ctypes.c_void_p), None)
        value = library.pthread_join(thread, None) == 0
    """,
    "a signal to itself": """
        import signal
        seen = []
        signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
        signal.raise_signal(signal.SIGUSR1)
        value = seen == [signal.SIGUSR1]
    """,
    "an event loop": """
        import asyncio
        async def work():
            await asyncio.sleep(0.001)
            read = await asyncio.to_thread(lambda: 3)
            return read + sum(await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))))
        value = asyncio.run(work()) == 6
    """,
    "await at top level": """
        import os
        os.environ["IPYTHONDIR"] = scratch
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config
        config = Config()
        config.HistoryManager.enabled = False
        shell = InteractiveShell.instance(config=config)
        value = shell.run_cell("import asyncio\\nawait asyncio.sleep(0.001)\\nanswer = 41 + 1").success
        value = value and shell.user_ns["answer"] == 42 and not shell.run_cell("1 / 0").success
    """,
    "temporary files": """
        import os, shutil, tempfile
        tempfile.tempdir = scratch
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
            file.write(b"x")
            open(folder + "/a", "w").write("a")
            os.mkdir(folder + "/b")
            shutil.copyfile(folder + "/a", folder + "/b/a")
            shutil.move(folder + "/a", folder + "/a2")
            os.remove(folder + "/b/a")
        value = True
    """,
    "copies and archives": """
        import os, pathlib, shutil, tarfile
        folder = pathlib.Path(scratch, "folder")
        folder.mkdir()
        (folder / "a").write_text("a")
        shutil.copy(folder / "a", folder / "b")
        shutil.copy2(folder / "a", folder / "c")
        shutil.copytree(folder, scratch + "/copy")
        (folder / "a").touch()
        with tarfile.open(scratch + "/t.tar", "w:gz") as archive:
            archive.add(folder, "folder")
        with tarfile.open(scratch + "/t.tar") as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(scratch + "/out")
        shutil.rmtree(folder)
        value = sorted(os.listdir(scratch + "/out/folder")) == ["a", "b", "c"]
    """,
    "array files": """
        import numpy as np
        a = np.arange(10.0)
        np.save(scratch + "/a.npy", a)
        np.savez_compressed(scratch + "/a.npz", a=a)
        a.tofile(scratch + "/a.raw")
        np.savetxt(scratch + "/a.txt", a)
        mapped = np.load(scratch + "/a.npy", mmap_mode="r+")
        mapped[0] = 7
        mapped.flush()
        value = bool(np.load(scratch + "/a.npy")[0] == 7 and np.load(scratch + "/a.npz")["a"][9] == 9)
    """,
    "a database in memory": """
        import sqlite3
        with sqlite3.connect(":memory:") as connection:
            connection.execute("create table t (x)")
        connection.close()
        value = True
    """,
    "time zones": """
        import datetime, zoneinfo
        summer = datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
        value = summer.utcoffset() == datetime.timedelta(hours=2)
    """,
    "locale": "import locale; value = bool(locale.setlocale(locale.LC_ALL, 'C.UTF-8'))",
    "json, csv, compression": """
        import bz2, csv, gzip, hashlib, json, lzma, zlib
        value = json.loads(json.dumps({"a": 1})) == {"a": 1} and bz2.decompress(bz2.compress(b"x")) == b"x"
    """,
    "random numbers": "import os, random, secrets; value = len(os.urandom(8) + secrets.token_bytes(8)) == 16",
    "writing to /dev/null": "import os; value = open(os.devnull, 'w').write('x') == 1",
    "the terminal's size": "import shutil; value = shutil.get_terminal_size().columns > 0",
    "alarms": """
        import signal
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.1)  # again and again: the first may come before `pause`
        signal.pause()
        signal.setitimer(signal.ITIMER_REAL, 0)
        value = True
    """,
    "gradlab and its data": """
        import importlib.util, os, pathlib
        [package] = importlib.util.find_spec("gradlab").submodule_search_locations
        value = "__init__.py" in os.listdir(package)
        for path in pathlib.Path(package).rglob("*.npz"):
            value = value and path.read_bytes()[:2] == b"PK"
    """,
    "introspection": """
        import inspect, json, os, platform, time
        clocks = [time.perf_counter(), time.process_time(), time.thread_time(), time.get_clock_info("time")]
        time.sleep(0)
        value = all((inspect.getsource(json.dumps), os.cpu_count(), platform.platform(), *clocks))
    """,
}


@pytest.mark.parametrize("landlock", [None, 1], ids=["new Landlock", "old Landlock"])
@pytest.mark.parametrize("work", WORK)
def test_normal_work_succeeds(work, landlock, run):
    outcome = run(textwrap.dedent(WORK[work]), landlock=landlock)
    assert outcome.error is None, outcome.text
    assert outcome.value is True


def test_abort_ends_only_the_child(run):
    assert run("import os; os.abort()").signal == signal.SIGABRT
    assert run("value = True").value
