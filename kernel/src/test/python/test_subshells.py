"""Subshells (JEP 91): a second shell beside the one that runs a cell."""

import time

import pytest
from wire import Peer

LONG = "Thread.sleep(3000); 5"


@pytest.fixture
def control(kernel):
    with Peer(kernel.client, "control") as peer:
        yield peer


@pytest.fixture
def subshell(control):
    made = control.ask("create_subshell_request")["subshell_id"]
    yield made
    control.ask("delete_subshell_request", {"subshell_id": made})


def test_kernel_info_announces_them(kernel):
    assert kernel.ask("kernel_info")["supported_features"] == ["kernel subshells"]


def test_created_listed_and_deleted(control):
    first = control.ask("create_subshell_request")
    second = control.ask("create_subshell_request")
    assert first["status"] == second["status"] == "ok"
    ids = [first["subshell_id"], second["subshell_id"]]
    assert control.ask("list_subshell_request")["subshell_id"] == ids
    assert control.ask("delete_subshell_request", {"subshell_id": ids[0]}) == {"status": "ok"}
    assert control.ask("list_subshell_request")["subshell_id"] == ids[1:]
    assert control.ask("delete_subshell_request", {"subshell_id": ids[0]})["status"] == "error"
    control.ask("delete_subshell_request", {"subshell_id": ids[1]})


def test_unknown_subshell_is_refused(kernel):
    with Peer(kernel.client) as peer:
        answer = peer.ask("execute_request", {"code": "1"}, subshell_id="nobody")
    assert answer["status"] == "error" and "no subshell nobody" in answer["evalue"]


def test_runs_java_while_the_main_shell_is_busy(kernel, subshell):
    kernel.run("int shared = 20;")
    with Peer(kernel.client) as peer:
        peer.ask("execute_request", {"code": "shared + 1"}, subshell_id=subshell)  # warm
        busy = kernel.client.execute(LONG)
        time.sleep(0.7)
        begun = time.perf_counter()
        content = {"code": "shared = shared + 22;", "user_expressions": {"x": "shared"}}
        answer = peer.ask("execute_request", content, subshell_id=subshell)
        seconds = time.perf_counter() - begun
    assert answer["user_expressions"]["x"]["data"] == {"text/plain": "42"}
    assert seconds < 2
    assert not kernel.client.shell_channel.msg_ready()  # the main cell still sleeps
    messages = kernel.collect(busy)
    kernel.reply(busy)
    assert [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"] == ["5"]
    assert kernel.run("shared").result == {"text/plain": "42"}


def test_completes_while_the_main_shell_is_busy(kernel, subshell):
    with Peer(kernel.client) as peer:
        busy = kernel.client.execute(LONG)
        time.sleep(0.3)
        content = {"code": "Math.ab", "cursor_pos": 7}
        assert "abs(" in peer.ask("complete_request", content, subshell_id=subshell)["matches"]
        assert not kernel.client.shell_channel.msg_ready()
    kernel.collect(busy)
    kernel.reply(busy)


def test_interrupt_stops_both(kernel, subshell):
    with Peer(kernel.client) as peer:
        busy = kernel.client.execute("while (true) {}")
        peer.send(peer.frames("execute_request", {"code": "while (true) {}"}, subshell_id=subshell))
        time.sleep(1)
        kernel.manager.interrupt_kernel()
        assert peer.receive()[2]["ename"] == "Interrupted"
        assert kernel.reply(busy)["content"]["ename"] == "Interrupted"
    kernel.collect(busy)
    assert kernel.run("1+1").result == {"text/plain": "2"}
