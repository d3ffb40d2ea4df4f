"""The kernel as a front end sees it. Magics are tested in test_magics.py."""

import json
import subprocess
import sys
import time

import psutil
import pytest
import zmq
from wire import KERNEL, Session
from jupyter_client.manager import KernelManager

LIMIT_MILLIS = 100


def quietest_share(kernel, windows=4):
    """Cores in use, in the quietest of a few seconds: the JIT may still compile what the loop gave it."""
    process = psutil.Process(kernel.manager.provisioner.pid)
    shares = []
    while len(shares) < windows and (not shares or min(shares) >= 0.05):
        before = sum(process.cpu_times()[:2])
        time.sleep(1)
        shares.append(sum(process.cpu_times()[:2]) - before)
    return min(shares)


def test_result(kernel):
    outcome = kernel.run("1+1")
    assert outcome.result == {"text/plain": "2"}
    assert outcome.reply["status"] == "ok"


def test_statement_shows_nothing(kernel):
    assert kernel.run("1+1;").result is None
    assert kernel.run("int three = 3;").result is None
    assert kernel.run("three").result == {"text/plain": "3"}


def test_several_snippets_and_declarations(kernel):
    code = "record P(int x) {}\nint twice(P p) { return 2 * p.x(); }\ntwice(new P(21))"
    assert kernel.run(code).result == {"text/plain": "42"}


def test_array_shows_its_elements(kernel):
    assert kernel.run("new int[][] {{1, 2}, {3}}").result == {"text/plain": "[[1, 2], [3]]"}


def test_hundred_thousand_lines(kernel):
    outcome = kernel.run("for (int i = 0; i < 100_000; i++) System.out.println(i);")
    assert outcome.text() == "".join(f"{i}\n" for i in range(100_000))
    assert len(outcome.of("stream")) < 200


def test_order_of_streams_and_displays(kernel):
    code = (
        'System.out.print("a"); System.err.print("b"); System.out.print("c");'
        'display("d"); System.out.print("e");'
    )
    shown = []
    for message in kernel.run(code).messages:
        content = message["content"]
        if message["msg_type"] == "stream":
            shown.append(content["text"])
        elif message["msg_type"] == "display_data":
            shown.append(content["data"]["text/plain"])
    assert shown == ["a", "b", "c", "d", "e"]


def test_characters_outside_ascii(kernel):
    code = 'for (int i = 0; i < 50_000; i++) System.out.print("äπ😀");'
    assert kernel.run(code).text() == "äπ😀" * 50_000


def test_late_output_goes_to_its_own_cell(kernel):
    code = 'var late = new Thread(() -> { try { Thread.sleep(400); } catch (InterruptedException e) {} System.out.println("late"); }); late.start();'
    msg_id = kernel.client.execute(code)
    kernel.reply(msg_id)
    other = kernel.client.execute("Thread.sleep(800); 5")
    parents = set()
    while True:
        message = kernel.client.get_iopub_msg(timeout=10)
        if message["msg_type"] == "stream":
            parents.add(message["parent_header"]["msg_id"])
        if (
            message["parent_header"].get("msg_id") == other
            and message["msg_type"] == "status"
            and message["content"]["execution_state"] == "idle"
        ):
            break
    kernel.reply(other)
    assert parents == {msg_id}


@pytest.mark.parametrize(
    "label, code",
    [
        ("busy loop", "while (true) {}"),
        ("busy method", "int spin() { int i = 0; while (true) { i++; } }\nspin()"),
        ("sleep", "Thread.sleep(60_000);"),
        ("child threads", "var pool = new Thread(() -> { while (true) {} }); pool.start(); pool.join();"),
        ("catches everything", "while (true) { try { Thread.sleep(1000); } catch (Throwable t) {} }"),
    ],
)
def test_interrupt(kernel, record_property, label, code):
    outcome, millis = kernel.best_interrupt(code)
    record_property("interrupt of " + label, round(millis, 1))
    print(f"\ninterrupt of {label}: {millis:.1f} ms")
    assert outcome.reply["status"] == "error"
    assert outcome.reply["ename"] == "Interrupted"
    assert outcome.reply["evalue"] == "the cell was interrupted"
    assert millis < LIMIT_MILLIS
    assert quietest_share(kernel) < 0.05
    assert kernel.run("20+1").result == {"text/plain": "21"}


def test_interrupts_while_compiling_break_nothing(kernel):
    for i in range(8):
        msg_id = kernel.client.execute(f"java.util.stream.IntStream.range(0, {i}).boxed().toList()")
        time.sleep(0.004 * i)
        kernel.manager.interrupt_kernel()
        kernel.reply(msg_id)
    time.sleep(0.3)
    assert kernel.run("List.of(1, 2)").result == {"text/plain": "[1, 2]"}


def test_interrupt_without_a_cell_is_harmless(kernel):
    kernel.manager.interrupt_kernel()
    time.sleep(0.3)
    assert kernel.run("6*7").result == {"text/plain": "42"}


def test_error_shape(kernel):
    kernel.run('void deep(int x) {\n  throw new IllegalStateException("outer", new java.io.IOException("inner"));\n}')
    outcome = kernel.run("int unused = 1;\ndeep(2);")
    error = outcome.of("error")[0]
    text = "\n".join(error["traceback"])
    assert error["ename"] == "IllegalStateException"
    assert error["evalue"] == "outer"
    assert "Caused by" in text and "IOException" in text and "inner" in text
    assert "at deep (cell " in text and ", line 2)" in text
    for inside in ("halfstep.kernel", "jdk.jshell", "jdk.internal.reflect", "REPL"):
        assert inside not in text
    assert outcome.reply["ename"] == "IllegalStateException"
    assert outcome.reply["status"] == "error"


def test_own_exception_has_its_own_name(kernel):
    kernel.run("class TooSmall extends RuntimeException { TooSmall(String m) { super(m); } }")
    error = kernel.run('throw new TooSmall("3 < 4");').of("error")[0]
    assert (error["ename"], error["evalue"]) == ("TooSmall", "3 < 4")


def test_compile_error_shows_line_and_caret(kernel):
    error = kernel.run("int fine = 1;\nint bad = missing + 1;").of("error")[0]
    assert error["ename"] == "CompileError"
    assert "cannot find symbol" in error["evalue"]
    text = "\n".join(error["traceback"])
    assert "line 2" in text and "int bad = missing + 1;" in text and "^^^^^^^" in text


def test_unfinished_cell_is_refused(kernel):
    error = kernel.run("int f(int x) {\n  return x").of("error")[0]
    assert error["ename"] == "CompileError"


def test_unresolved_method_says_what_is_missing(kernel):
    outcome = kernel.run("int early() { return later(); }")
    assert "early is declared, but cannot be used until method later()" in outcome.text("stderr")
    error = kernel.run("early()").of("error")[0]
    assert error["ename"] == "UnresolvedReference"


def test_failure_aborts_waiting_cells(kernel):
    first = kernel.client.execute('Thread.sleep(200); throw new RuntimeException("stop");')
    second = kernel.client.execute("1+1")
    assert kernel.reply(first)["content"]["status"] == "error"
    assert kernel.reply(second)["content"]["status"] == "aborted"
    kernel.collect(second)
    assert kernel.run("2+2").result == {"text/plain": "4"}


def test_silent_and_history(kernel):
    kernel.run('"written down"')
    outcome = kernel.run('"unseen"', silent=True)
    assert outcome.messages[1:] == [] and outcome.reply["status"] == "ok"
    kernel.run("throw new RuntimeException();", store_history=False)
    tail = kernel.ask("history", hist_access_type="tail", n=1, output=True)["history"]
    assert tail[0][2] == ['"written down"', "written down"]
    number = tail[0][1]
    ranged = kernel.ask("history", hist_access_type="range", start=number, stop=number + 1)["history"]
    assert [entry[2] for entry in ranged] == ['"written down"']
    found = kernel.ask("history", hist_access_type="search", pattern='*ten dow*', n=5, unique=True)["history"]
    assert [entry[2] for entry in found] == ['"written down"']


def test_user_expressions(kernel):
    outcome = kernel.run("int u = 4;", user_expressions={"twice": "u * 2", "bad": "nope"})
    values = outcome.reply["user_expressions"]
    assert values["twice"]["data"]["text/plain"] == "8"
    assert values["bad"]["status"] == "error"


def test_completion(kernel):
    kernel.run('String word = "abc";')
    reply = kernel.ask("complete", "System.out.printl")
    assert reply["status"] == "ok" and "println(" in reply["matches"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (11, 17)
    assert "length()" in kernel.ask("complete", "word.le")["matches"]
    later = kernel.ask("complete", 'var other = "x";\nother.le')
    assert "length()" in later["matches"] and later["cursor_start"] == 23


def test_completion_counts_code_points(kernel):
    code = 'String s = "😀"; s.le'
    reply = kernel.ask("complete", code, cursor_pos=len(code))
    assert "length()" in reply["matches"] and reply["cursor_start"] == len(code) - 2


@pytest.mark.parametrize(
    "code, cursor, expected",
    [
        ("Math.abs", 6, "int Math.abs(int a)"),
        ("Math.abs(1)", 8, "int Math.abs(int a)"),
        ("java.util.List", 14, "java.util.List"),
        ("new ArrayList<String>()", 8, "java.util.ArrayList"),
        ("int y = word.length();", 16, "int String.length()"),
    ],
)
def test_inspect(kernel, code, cursor, expected):
    kernel.run('String word = "abc";')
    reply = kernel.ask("inspect", code, cursor_pos=cursor)
    assert reply["found"], code
    assert expected in reply["data"]["text/plain"]
    assert "text/html" in reply["data"]


def test_inspect_has_javadoc_and_may_find_nothing(kernel):
    assert "absolute value" in kernel.ask("inspect", "Math.abs", cursor_pos=8, detail_level=1)["data"]["text/plain"]
    assert kernel.ask("inspect", "   ", cursor_pos=1)["found"] is False


@pytest.mark.parametrize(
    "code, status",
    [
        ("1+1", "complete"),
        ("int x = 5", "complete"),
        ("for (int i = 0; i < 3; i++) {", "incomplete"),
        ('var t = """\nabc', "incomplete"),
        ("int 3x = ;", "invalid"),
        ("%sample a b", "complete"),
        ("%%sample\nfoo (", "complete"),
    ],
)
def test_is_complete(kernel, code, status):
    assert kernel.ask("is_complete", code)["status"] == status


def test_stdin(kernel):
    code = "var in = new Scanner(System.in);\nin.nextLine() + in.nextInt()"
    msg_id = kernel.client.execute(code, allow_stdin=True)
    for answer in ("zwölf", "7"):
        question = kernel.client.get_stdin_msg(timeout=10)
        assert question["msg_type"] == "input_request"
        kernel.client.input(answer)
    messages = kernel.collect(msg_id)
    kernel.reply(msg_id)
    results = [m for m in messages if m["msg_type"] == "execute_result"]
    assert results[0]["content"]["data"]["text/plain"] == "zwölf7"


def test_interrupted_question_is_taken_back(kernel):
    msg_id = kernel.client.execute("System.in.read()", allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=10)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(msg_id)["content"]["ename"] == "Interrupted"
    kernel.client.input("too late")
    msg_id = kernel.client.execute("System.in.read()", allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=10)
    kernel.client.input("A")
    messages = kernel.collect(msg_id)
    kernel.reply(msg_id)
    assert [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"] == ["65"]


def test_no_stdin_is_refused(kernel):
    error = kernel.run("System.in.read()", allow_stdin=False).of("error")[0]
    assert error["ename"] == "NoInput"


def test_clear_output(kernel):
    assert kernel.run("clearOutput(true)").of("clear_output") == [{"wait": True}]


def test_display_can_be_updated(kernel):
    outcome = kernel.run('String id = display("one"); updateDisplay(id, "two");')
    first = outcome.of("display_data")[0]
    update = outcome.of("update_display_data")[0]
    assert first["transient"]["display_id"] == update["transient"]["display_id"]
    assert update["data"]["text/plain"] == "two"
    assert isinstance(update["metadata"], dict)


def test_foreign_signature_is_ignored(kernel):
    info = kernel.client.get_connection_info()
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.connect(f"tcp://{info['ip']}:{info['shell_port']}")
    header = {"msg_id": "forged", "msg_type": "kernel_info_request", "session": "x", "username": "x", "version": "5.4"}
    parts = [json.dumps(p).encode() for p in (header, {}, {}, {})]
    socket.send_multipart([b"<IDS|MSG>", b"0" * 64, *parts])
    socket.send_multipart([b"nonsense"])
    assert socket.poll(500) == 0
    socket.close(linger=0)
    assert kernel.run("3+3").result == {"text/plain": "6"}


def test_kernel_info(kernel):
    info = kernel.ask("kernel_info")
    assert info["status"] == "ok" and info["protocol_version"] == "5.4"
    assert info["supported_features"] == ["kernel subshells"]
    language = info["language_info"]
    assert (language["name"], language["file_extension"], language["mimetype"]) == ("java", ".jsh", "text/x-java-source")
    begun = time.perf_counter()
    for _ in range(50):
        kernel.ask("kernel_info")
    print(f"\nkernel_info round trip: {(time.perf_counter() - begun) * 20:.2f} ms")


def test_cost_of_a_warm_cell_stays_flat(kernel):
    """In processor time, which a busy machine does not distort."""
    process = psutil.Process(kernel.manager.provisioner.pid)

    def cost(count=50):
        before = sum(process.cpu_times()[:2])
        begun = time.perf_counter()
        for _ in range(count):
            kernel.run("1+1")
        wall = (time.perf_counter() - begun) * 1000 / count
        return (sum(process.cpu_times()[:2]) - before) * 1000 / count, wall

    cost()
    early, early_wall = cost()
    for _ in range(150):
        kernel.run("1+1")
    late, late_wall = cost()
    print(f"\nwarm 1+1: {early:.1f} ms of CPU, {early_wall:.1f} ms; 200 cells later {late:.1f} ms, {late_wall:.1f} ms")
    assert late < 1.5 * early + 3


def test_interrupt_of_a_cell_that_has_not_begun():
    manager = KernelManager(kernel_name=KERNEL)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)  # answered while JShell is still being built
        msg_id = client.execute("Thread.sleep(60_000);")
        deadline = time.monotonic() + 30
        while client.get_iopub_msg(timeout=30)["msg_type"] != "execute_input":
            assert time.monotonic() < deadline
        manager.interrupt_kernel()
        assert Session(manager, client).reply(msg_id, timeout=30)["content"]["ename"] == "Interrupted"
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def test_kernel_ends_with_its_parent(tmp_path):
    pid_file = tmp_path / "pid"
    script = (
        "import os, sys\n"
        "from jupyter_client.manager import start_new_kernel\n"
        f"manager, client = start_new_kernel(kernel_name={KERNEL!r}, startup_timeout=60)\n"
        f"open({str(pid_file)!r}, 'w').write(str(manager.provisioner.pid))\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    process = psutil.Process(int(pid_file.read_text()))
    process.wait(timeout=20)


def test_shutdown_ends_the_process():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name=KERNEL, startup_timeout=60)
    process = psutil.Process(manager.provisioner.pid)
    msg_id = client.shutdown(restart=False)
    while True:
        reply = client.get_control_msg(timeout=10)
        if reply["parent_header"].get("msg_id") == msg_id:
            break
    assert reply["content"] == {"status": "ok", "restart": False}
    assert process.wait(timeout=5) in (0, None)
    client.stop_channels()
    manager.cleanup_resources()
