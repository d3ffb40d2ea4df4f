"""Where the kernel listens, and who may read the key: what another user of the machine could try."""

import os
import stat

import psutil
import pytest

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


def listening(kernel):
    """(address, port) of every socket that the kernel's process and its children accept on."""
    process = psutil.Process(kernel.manager.provisioner.pid)
    found = set()
    for one in [process, *process.children(recursive=True)]:
        for socket in one.net_connections("inet"):
            if socket.status == psutil.CONN_LISTEN:
                found.add((socket.laddr.ip.removeprefix("::ffff:"), socket.laddr.port))
    return found


def test_only_loopback_and_only_what_jupyter_asked_for(kernel):
    kernel.run("1+1")
    info = kernel.client.get_connection_info()
    assert info["ip"] == "127.0.0.1"
    assert listening(kernel) == {("127.0.0.1", info[port]) for port in PORTS}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_connection_file_is_its_owners(kernel):
    mode = stat.S_IMODE(os.stat(kernel.manager.connection_file).st_mode)
    assert mode == 0o600, oct(mode)


def test_key_is_told_nobody(kernel):
    """Neither a cell's view of its process nor the kernel's arguments hold the key."""
    key = kernel.client.get_connection_info()["key"]
    key = key.decode() if isinstance(key, bytes) else key
    assert len(key) > 20
    told = kernel.run("System.getProperties().toString() + System.getenv() + ProcessHandle.current().info()")
    assert told.reply["status"] == "ok"
    in_the_cell = key in told.result["text/plain"]  # no text in the assertion: an environment is nobody's business
    assert not in_the_cell
    in_the_arguments = key in " ".join(psutil.Process(kernel.manager.provisioner.pid).cmdline())
    assert not in_the_arguments
