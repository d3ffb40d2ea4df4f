"""The wire as a stranger, a careless client or a hurried one may use it."""

import json
import threading
import time

import pytest
from jupyter_client import BlockingKernelClient
from wire import Peer


@pytest.fixture
def peer(kernel):
    with Peer(kernel.client) as made:
        yield made


@pytest.fixture
def other(kernel):
    """A second front end: a session, and so a socket identity, of its own."""
    client = BlockingKernelClient()
    client.load_connection_info(kernel.client.get_connection_info())
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()


def alive(kernel):
    assert kernel.run("3+3").result == {"text/plain": "6"}


def test_forged_signature_gets_no_answer(kernel, peer):
    frames = peer.frames("kernel_info_request")
    frames[1] = b"0" * 64
    peer.send(frames)
    assert peer.silent()
    alive(kernel)


def test_changed_content_gets_no_answer(kernel, peer):
    frames = peer.frames("execute_request", {"code": "1+1"})
    frames[-1] = json.dumps({"code": "System.exit(1)"}).encode()
    peer.send(frames)
    assert peer.silent()
    alive(kernel)


def test_replayed_message_is_answered_once(kernel, peer):
    frames = peer.frames("kernel_info_request", msg_id="said-once")
    peer.send(frames)
    assert peer.receive()[1]["msg_id"] == "said-once"
    peer.send(frames)
    assert peer.silent()
    alive(kernel)


@pytest.mark.parametrize(
    "cut",
    [
        lambda frames: [b"nonsense"],
        lambda frames: frames[:1],
        lambda frames: frames[:-1],
        lambda frames: frames[1:],
        lambda frames: [frames[0], b"", *frames[2:]],
        lambda frames: [frames[0], frames[1][:-1], *frames[2:]],
    ],
    ids=["one frame", "delimiter only", "no content", "no delimiter", "no signature", "short signature"],
)
def test_truncated_message_gets_no_answer(kernel, peer, cut):
    peer.send(cut(peer.frames("kernel_info_request")))
    assert peer.silent()
    alive(kernel)


@pytest.mark.parametrize("content", [b'{"code": "\xff\xfe"}', b"[1, 2]", b"{", b"", b"\x00\x01", b'{"a":' * 5000])
def test_signed_nonsense_gets_no_answer(kernel, peer, content):
    header = {"msg_id": "n", "msg_type": "execute_request", "session": "s", "username": "u", "version": "5.4"}
    peer.send(peer.signed([json.dumps(header).encode(), b"{}", b"{}", content]))
    assert peer.silent()
    alive(kernel)


@pytest.mark.parametrize("content", [{"code": 7}, {"code": ["1"]}, {"code": None}, {}, {"user_expressions": 3, "code": "1"}])
def test_content_of_wrong_types_is_answered(kernel, peer, content):
    assert peer.ask("execute_request", content)["status"] in ("ok", "error")
    alive(kernel)


def test_unknown_messages_are_bracketed_and_passed_over(kernel):
    message = kernel.client.session.msg("espresso_request", {"double": True})
    kernel.client.shell_channel.send(message)
    states = [m["msg_type"] for m in kernel.collect(message["header"]["msg_id"])]
    assert states == ["status"]  # busy; collect ends at idle
    alive(kernel)


def test_cell_of_sixteen_megabytes(kernel):
    filler = "// " + "x" * 97 + "\n"
    code = filler * (16 * 2**20 // len(filler)) + "40+2"
    assert len(code) > 16_000_000
    assert kernel.run(code, timeout=120, store_history=False).result == {"text/plain": "42"}


def test_result_of_sixteen_megabytes(kernel):
    outcome = kernel.run('"x".repeat(16_000_000)', store_history=False)
    assert len(outcome.result["text/plain"]) == 16_000_000


def test_two_hundred_quick_requests_are_answered_in_order(kernel, peer):
    sent = []
    for i in range(200):
        kind = "kernel_info_request" if i % 2 else "is_complete_request"
        peer.send(peer.frames(kind, {"code": "1+1"}, msg_id=f"quick-{i}"))
        sent.append(f"quick-{i}")
    assert [peer.receive()[1]["msg_id"] for _ in sent] == sent


def test_stop_on_error_off_lets_the_queue_run(kernel):
    first = kernel.client.execute("Thread.sleep(200); throw new RuntimeException();", stop_on_error=False)
    second = kernel.client.execute("1+1")
    assert kernel.reply(first)["content"]["status"] == "error"
    assert kernel.reply(second)["content"]["status"] == "ok"


def test_other_requests_survive_an_aborted_queue(kernel):
    first = kernel.client.execute("Thread.sleep(300); throw new RuntimeException();")
    second = kernel.client.execute("1+1")
    third = kernel.client.complete("Math.ab", 7)
    assert kernel.reply(first)["content"]["status"] == "error"
    assert kernel.reply(second)["content"]["status"] == "aborted"
    assert "abs(" in kernel.reply(third)["content"]["matches"]


def test_store_history_off_counts_nothing(kernel):
    before = kernel.run("1").reply["execution_count"]
    assert kernel.run("2", store_history=False).reply["execution_count"] == before
    assert kernel.run("3").reply["execution_count"] == before + 1
    assert kernel.ask("history", hist_access_type="tail", n=1)["history"][0][2] == "3"


def test_silent_cell_publishes_nothing_but_its_state(kernel):
    before = kernel.run("1").reply["execution_count"]
    outcome = kernel.run("1 + 2", silent=True)
    assert [m["msg_type"] for m in outcome.messages] == ["status"]
    assert outcome.reply["execution_count"] == before


def test_user_expressions(kernel):
    values = kernel.run("int seven = 7;", user_expressions={"a": "seven * 6", "b": "no_such", "c": "1 / 0"}).reply
    values = values["user_expressions"]
    assert values["a"]["data"] == {"text/plain": "42"} and values["a"]["status"] == "ok"
    assert values["b"]["status"] == "error" and values["b"]["ename"] == "CompileError"
    assert values["c"]["status"] == "error" and values["c"]["ename"] == "ArithmeticException"


def test_stdin_off_is_refused_with_the_reason(kernel):
    outcome = kernel.run("new Scanner(System.in).nextLine()", allow_stdin=False)
    assert outcome.reply["ename"] == "NoInput"
    assert "answers no questions" in outcome.reply["evalue"]


def test_two_clients_see_each_others_output_and_get_their_own_replies(kernel, other):
    results = {}

    def work(client, name):
        ids = [client.execute(f'System.out.println("{name} {i}");') for i in range(20)]
        replies = [client.get_shell_msg(timeout=60) for _ in ids]
        results[name] = [r["parent_header"]["msg_id"] for r in replies] == ids

    clients = {"one": kernel.client, "two": other}
    threads = [threading.Thread(target=work, args=(client, name)) for name, client in clients.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"one": True, "two": True}
    for client in clients.values():
        text = ""
        deadline = time.monotonic() + 30
        while text.count("\n") < 40 and time.monotonic() < deadline:
            message = client.get_iopub_msg(timeout=30)
            if message["msg_type"] == "stream":
                text += message["content"]["text"]
        assert text.count("one ") == 20 and text.count("two ") == 20


def test_question_goes_to_the_client_that_ran_the_cell(kernel, other):
    msg_id = other.execute("new Scanner(System.in).nextLine()", allow_stdin=True)
    assert other.get_stdin_msg(timeout=30)["msg_type"] == "input_request"
    assert not kernel.client.stdin_channel.msg_ready()
    other.input("from the other")
    while other.get_shell_msg(timeout=30)["parent_header"]["msg_id"] != msg_id:
        pass
    alive(kernel)
