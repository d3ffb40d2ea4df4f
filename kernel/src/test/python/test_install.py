"""Installing: where it goes, awkward paths, several kernels, and the wheel."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from wire import KERNEL, Session

LAUNCHER = Path(__file__).resolve().parents[4] / "halfstep"
WHEEL_CHECK = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="halfstep", startup_timeout=120)
client.execute("1 + 41")
while True:
    message = client.get_iopub_msg(timeout=120)
    if message["msg_type"] in ("execute_result", "error"):
        print(message["content"]["data"]["text/plain"])
        break
client.stop_channels()
manager.shutdown_kernel()
"""


@pytest.fixture(scope="module")
def jars():
    """The kernel's own jars, as the installed kernel names them."""
    argv = KernelSpecManager().get_kernel_spec(KERNEL).argv
    if "-cp" not in argv:
        pytest.skip("this kernel starts through Python; its jars are inside the wheel")
    return argv[0], [Path(p) for p in argv[argv.index("-cp") + 1].split(os.pathsep)]


@pytest.fixture(scope="module")
def awkward(jars, tmp_path_factory):
    """The jars in a folder whose name has spaces and letters beyond ASCII."""
    folder = tmp_path_factory.mktemp("jars") / "Ein Ordner für 量化"
    folder.mkdir()
    for jar in jars[1]:
        shutil.copy(jar, folder)
    return folder


def command(jars, lib, *words, **settings):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **settings}
    line = [jars[0], "-cp", f"{lib}/*", "halfstep.magics.cli.Main", *map(str, words)]
    return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=400)


def answer(folder, name, code, **settings):
    """What a cell shows in a kernel that is installed under {folder}, and what the process printed on stdout."""
    environment = {**os.environ, **settings}
    manager = KernelSpecManager(kernel_dirs=[str(folder / "share" / "jupyter" / "kernels")])
    kernel = KernelManager(kernel_name=name, kernel_spec_manager=manager)
    with tempfile.TemporaryFile() as said:
        kernel.start_kernel(env=environment, stdout=said)
        client = kernel.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=120)
            shown = Session(kernel, client).run(code).result["text/plain"]
        finally:
            client.stop_channels()
            kernel.shutdown_kernel()
        said.seek(0)
        return shown, said.read().decode()


def spec(folder, name):
    return json.loads((folder / "share" / "jupyter" / "kernels" / name / "kernel.json").read_text())


def test_two_kernels_stand_side_by_side_in_awkward_places(jars, awkward, tmp_path):
    place = tmp_path / "Präfix mit Leerzeichen"
    for name, profile in (("halfstep", "vector-off"), ("halfstep-next", "preview")):
        done = command(jars, awkward, "install", "--prefix", place, "--name", name, "--profile", profile, "--no-aot")
        assert done.returncode == 0, done.stderr
    assert (spec(place, "halfstep")["display_name"], spec(place, "halfstep-next")["display_name"]) == (
        "Halfstep (Java)",
        "Halfstep (Java) halfstep-next",
    )
    for locale in ("C", "C.UTF-8"):
        assert answer(place, "halfstep", "1+1", LC_ALL=locale, LANG=locale)[0] == "2"
    preview = "Object o = 7; switch (o) { case int i -> i + 1; default -> 0; }".split("; ", 1)
    code = preview[0] + ";\nint r = " + preview[1] + ";\nr"
    assert answer(place, "halfstep-next", code)[0] == "8"
    done = command(jars, awkward, "uninstall", "--prefix", place)
    assert "removed from" in done.stdout and not (place / "share/jupyter/kernels/halfstep").exists()
    assert spec(place, "halfstep-next")["language"] == "java"  # the other one stays
    done = command(jars, awkward, "uninstall", "--prefix", place)
    assert done.returncode == 0 and "there was no kernel halfstep in" in done.stdout


def test_user_and_sys_prefix_go_where_jupyter_looks(jars, awkward, tmp_path):
    folders = {"JUPYTER_DATA_DIR": str(tmp_path / "data ö"), "VIRTUAL_ENV": str(tmp_path / "env ö")}
    assert command(jars, awkward, "install", "--user", "--no-aot", **folders).returncode == 0
    assert (tmp_path / "data ö" / "kernels" / "halfstep" / "kernel.json").exists()
    assert command(jars, awkward, "install", "--sys-prefix", "--no-aot", **folders).returncode == 0
    assert (tmp_path / "env ö" / "share" / "jupyter" / "kernels" / "halfstep" / "kernel.json").exists()


def test_user_goes_where_jupyter_looks_with_a_home_of_its_own(jars, awkward, tmp_path):
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
    environment = {**plain, "HOME": str(tmp_path / "home ö"), "LC_ALL": "C.UTF-8"}
    line = [jars[0], "-cp", f"{awkward}/*", "halfstep.magics.cli.Main", "install", "--user", "--no-aot"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    asked = "from jupyter_core.paths import jupyter_data_dir; print(jupyter_data_dir())"
    data = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True).stdout.strip()
    assert data.startswith(str(tmp_path)) and (Path(data) / "kernels" / "halfstep" / "kernel.json").exists()


@pytest.fixture
def cached(jars):
    """The installed kernel's command, and its AOT cache."""
    argv = KernelSpecManager().get_kernel_spec(KERNEL).argv
    flag = next((word for word in argv if word.startswith("-XX:AOTCache=")), None)
    if flag is None:
        pytest.skip("this kernel was installed without an AOT cache")
    return argv, Path(flag.partition("=")[2])


def fits(argv):
    """Whether the JVM takes the cache; with this mode it does not start otherwise."""
    java = [*argv[: argv.index("-cp")], "-XX:AOTMode=on", *argv[argv.index("-cp") :]]
    probe = [*java[: java.index("-cp") + 2], "halfstep.magics.cli.Main", "doctor", "--help"]
    return subprocess.run(probe, capture_output=True, timeout=100).returncode == 0


def other_jars(argv, cache, folder):
    """What is left of a cache after new jars came, without a new installation."""
    copies = [shutil.copy(jar, folder) for jar in argv[argv.index("-cp") + 1].split(os.pathsep)]
    place = argv.index("-cp") + 1
    return [*argv[:place], os.pathsep.join(copies), *argv[place + 1 :]]


def torn(argv, cache, folder):
    rest = folder / "torn.aot"
    rest.write_bytes(cache.read_bytes()[:100_000])
    return [f"-XX:AOTCache={rest}" if word.startswith("-XX:AOTCache=") else word for word in argv]


def lost(argv, cache, folder):
    return [f"-XX:AOTCache={folder}/lost.aot" if word.startswith("-XX:AOTCache=") else word for word in argv]


@pytest.mark.parametrize("change", [other_jars, torn, lost])
def test_a_stale_cache_is_passed_over_in_silence(cached, change, tmp_path):
    argv, cache = cached
    assert fits(argv)
    stale = change(argv, cache, tmp_path)
    assert not fits(stale)
    folder = tmp_path / "share" / "jupyter" / "kernels" / "stale"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({"argv": stale, "display_name": "stale", "language": "java"}))
    assert answer(tmp_path, "stale", "1+1") == ("2", "")


@pytest.mark.skipif("HALFSTEP_LONG" not in os.environ, reason="a minute; HALFSTEP_LONG=1 runs it")
def test_an_upgrade_makes_the_cache_anew(jars, awkward, tmp_path):
    caches = []
    for _ in range(2):
        done = command(jars, awkward, "install", "--prefix", tmp_path)
        assert done.returncode == 0 and "AOT" not in done.stderr, done.stderr
        argv = spec(tmp_path, "halfstep")["argv"]
        (cache,) = (tmp_path / "share/jupyter/kernels/halfstep").glob("*.aot")
        assert fits(argv) and f"-XX:AOTCache={cache}" in argv
        caches.append(cache.stat().st_mtime_ns)
        for jar in awkward.glob("*.jar"):
            os.utime(jar)  # as a build does
        assert not fits(argv)
    assert caches[1] > caches[0]
    assert answer(tmp_path, "halfstep", "1+1") == ("2", "")


def test_wrong_words_are_refused(jars, awkward):
    done = command(jars, awkward, "install", "--profile", "turbo")
    assert done.returncode == 2 and "there is no profile turbo; there are: default, vector-off, preview, debug" in done.stderr
    done = command(jars, awkward, "install", "--name", "two words", "--no-aot")
    assert done.returncode == 1 and 'the kernel cannot be called "two words"' in done.stderr


def test_wheel_starts_the_jvm_as_the_kernelspec_does(jars):
    folder = LAUNCHER.parent / "kernel"
    named = importlib.util.spec_from_file_location("start", folder / "python" / "halfstep_kernel" / "__main__.py")
    start = importlib.util.module_from_spec(named)
    named.loader.exec_module(start)
    text = (folder / "src/main/resources/halfstep/kernel/install/jvm-flags.txt").read_text()
    given = [*start.flags(text), *start.PROFILE]
    argv = KernelSpecManager().get_kernel_spec(KERNEL).argv
    assert len(given) > 5 and argv[1 : argv.index("-cp")][: len(given)] == given  # what follows belongs to this machine


def test_wheel_works_in_a_fresh_environment(tmp_path):
    made = subprocess.run([LAUNCHER, "package", "wheel", "--out", tmp_path], capture_output=True, text=True, timeout=600)
    assert made.returncode == 0, made.stderr
    wheel = Path(made.stdout.strip())
    place = tmp_path / "frische Umgebung ä"
    venv.create(place, with_pip=True)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    got = subprocess.run([python, "-m", "pip", "install", "-q", wheel], capture_output=True, text=True, timeout=400)
    if got.returncode and "jupyter_client" in got.stderr:
        pytest.skip("pip cannot fetch jupyter_client here")
    assert got.returncode == 0, got.stderr
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "VIRTUAL_ENV"))}
    ran = subprocess.run([python, "-c", WHEEL_CHECK], env=clean, capture_output=True, text=True, timeout=200)
    assert ran.stdout == "42\n", ran.stderr
    shown = subprocess.run([place / "bin" / "halfstep-kernel", "doctor", "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "doctor" in shown.stdout
    none = {**clean, "PATH": "", "JAVA_HOME": "", "HALFSTEP_JAVA_HOME": "", "HOME": str(tmp_path)}
    refused = subprocess.run(
        [python, "-c", "import halfstep_kernel.__main__ as m; m.PATTERNS = []; m.main()"], env=none, capture_output=True, text=True
    )
    assert refused.returncode == 1 and "found no Java, but JDK 25 or newer is needed" in refused.stderr
    subprocess.run([python, "-m", "pip", "uninstall", "-q", "-y", "halfstep-kernel"], check=True)
    assert not (place / "share" / "jupyter" / "kernels" / "halfstep").exists()
