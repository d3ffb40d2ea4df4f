"""Java in cells: what is redefined, kept, refused and survived."""

import os

import pytest
from wire import started

VECTOR = "import jdk.incubator.vector.*;\nFloatVector.broadcast(FloatVector.SPECIES_128, 1.5f).reduceLanes(VectorOperators.ADD)"


def value(kernel, code):
    outcome = kernel.run(code)
    assert outcome.reply["status"] == "ok", outcome.reply
    return outcome.result and outcome.result["text/plain"]


def test_methods_take_new_bodies_and_signatures(kernel):
    kernel.run("int area(int side) { return side * side; }\nint twice(int side) { return 2 * area(side); }")
    assert value(kernel, "twice(3)") == "18"
    kernel.run("int area(int side) { return side + 1; }")
    assert value(kernel, "twice(3)") == "8"  # its caller follows
    kernel.run('String area(String side) { return side + "!"; }')
    assert value(kernel, 'area("x") + area(3)') == "x!4"  # an overload, both stay
    kernel.run("static double area(double side) { return side / 2; }")
    assert value(kernel, "area(3.0)") == "1.5"


def test_types_are_redefined_and_their_users_follow(kernel):
    kernel.run("class Shape { int sides() { return 3; } }\nint sides(Shape s) { return s.sides(); }")
    assert value(kernel, "sides(new Shape())") == "3"
    kernel.run("class Shape { int sides() { return 4; } }")
    assert value(kernel, "sides(new Shape())") == "4"
    kernel.run("record Pair(int a, int b) {}\nvar kept = new Pair(1, 2);")
    kernel.run("record Pair(String only) {}")
    assert value(kernel, 'new Pair("p").only()') == "p"
    error = kernel.run("kept").of("error")[0]  # its class is gone: an old value cannot be of the new one
    assert "kept was declared with a type that is another one now; declare it again" in error["traceback"][-1]


def test_types_may_depend_on_each_other_in_either_order(kernel):
    outcome = kernel.run("class Ping { Pong next = null; int n = 1; }")
    assert "Ping is declared, but cannot be used until class Pong is declared" in outcome.text("stderr")
    kernel.run("class Pong { Ping next = new Ping(); }")
    assert value(kernel, "new Pong().next.n") == "1"
    kernel.run("sealed interface Tree permits Leaf, Node {}\nrecord Leaf(int v) implements Tree {}\nrecord Node(Tree l, Tree r) implements Tree {}")
    kernel.run("int sum(Tree t) { return switch (t) { case Leaf(int v) -> v; case Node(Tree l, Tree r) -> sum(l) + sum(r); }; }")
    assert value(kernel, "sum(new Node(new Leaf(2), new Leaf(40)))") == "42"


def test_out_keeps_what_cells_showed(kernel):
    number = kernel.run("6 * 7").reply["execution_count"]
    assert value(kernel, f"(int) Out[{number}] + 1") == "43"
    assert value(kernel, f"Out[{number + 5}]") == "null"
    silent = kernel.run("5", store_history=False).reply["execution_count"]
    assert value(kernel, f"Out[{silent}]") != "5"


@pytest.mark.parametrize(
    "code",
    [
        "System.exit(3);",
        "Runtime.getRuntime().halt(3);",
        "void leave() { if (true) { Runtime.getRuntime().exit(3); } }\nleave();",
        "Runnable r = () -> System.exit(3); r.run();",
    ],
)
def test_exit_in_a_cell_is_refused(kernel, code):
    outcome = kernel.run(code)
    assert outcome.reply["ename"] == "ExitRefused"
    assert "status 3" in outcome.reply["evalue"] and "restart" in outcome.reply["evalue"]
    assert value(kernel, "1+1") == "2"


def test_exit_of_a_library_is_told():
    with started() as own:
        code = 'Thread.sleep(300); System.class.getMethod("exit", int.class).invoke(null, 4);'
        msg_id = own.client.execute(code)
        text = ""
        while "the kernel ends now" not in text:
            message = own.client.get_iopub_msg(timeout=30)
            if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == msg_id:
                text += message["content"]["text"]


def test_errors_of_the_machine_are_errors(kernel):
    error = kernel.run("int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)").of("error")[0]
    assert error["ename"] == "StackOverflowError"
    assert len(error["traceback"]) < 60
    assert value(kernel, "20 + 1") == "21"


def test_a_full_heap_is_an_error():
    with started(env={**os.environ, "JDK_JAVA_OPTIONS": "-Xmx300m"}) as own:
        error = own.run("var all = new ArrayList<long[]>();\nwhile (true) all.add(new long[1_000_000]);").of("error")[0]
        assert error["ename"] == "OutOfMemoryError"
        own.run("all = null;")
        assert value(own, "20 + 1") == "21"


def test_startup_scripts_run_before_the_first_cell(tmp_path):
    good, bad = tmp_path / "good ä.jsh", tmp_path / "bad.jsh"
    good.write_text("int fromScript = 40;\nint plus(int x) { return fromScript + x; }\n")
    bad.write_text("int fine = 1;\nint broken = nowhere;\n")
    named = os.pathsep.join(map(str, [bad, good, tmp_path / "none.jsh"]))
    with started(env={**os.environ, "HALFSTEP_STARTUP": named, "LC_ALL": "C.UTF-8"}) as own:
        outcome = own.run("plus(2) + fine")
        assert outcome.result["text/plain"] == "43"
        text = outcome.text("stderr")
        assert f"the start-up script {bad} failed" in text and "line 2" in text
        assert "none.jsh, which cannot be read" in text
        assert own.run("1").text("stderr") == ""  # told once


def test_vector_api_in_cells(kernel):
    if "add-modules" not in " ".join(kernel.manager.kernel_spec.argv):
        pytest.skip("this kernel's profile has no Vector API")
    assert value(kernel, VECTOR) == "6.0"


@pytest.mark.parametrize(
    "code, hint",
    [
        ("int lengthOfWord = 4;\nlenghtOfWord + 1", "did you mean lengthOfWord?"),
        ("int tripled(int n) { return 3 * n; }\ntripeld(2)", "did you mean tripled?"),
        ('"abc".lenght()', "did you mean length?"),
        ("AtomicInteger a = null;", "try import java.util.concurrent.atomic.AtomicInteger;"),
        ("new AtomicLong(3)", "try import java.util.concurrent.atomic.AtomicLong;"),
    ],
)
def test_unknown_names_come_with_a_way_out(kernel, code, hint):
    error = kernel.run(code).of("error")[0]
    assert error["ename"] == "CompileError"
    assert hint in "\n".join(error["traceback"])


def test_completion_knows_types_signatures_and_full_names(kernel):
    kernel.run("1")
    reply = kernel.ask("complete", "Math.absE")
    labels = reply["metadata"]["_jupyter_types_experimental"]
    assert [label["text"] for label in labels] == reply["matches"] == ["absExact("]
    assert labels[0]["type"] == "function" and "int Math.absExact(int a)" in labels[0]["signature"]
    reply = kernel.ask("complete", "var x = new AtomicBoolean")
    assert "java.util.concurrent.atomic.AtomicBoolean" in reply["matches"] and reply["cursor_start"] == 12


@pytest.mark.parametrize("code", ["Math.max(", "Math.max(1, ", "int m = 1 + Math.max(2"])
def test_signature_help_inside_the_parentheses(kernel, code):
    reply = kernel.ask("inspect", code, cursor_pos=len(code))
    assert reply["found"] and "int Math.max(int a, int b)" in reply["data"]["text/plain"]


def test_inspection_names_the_import(kernel):
    reply = kernel.ask("inspect", "AtomicBoolean", cursor_pos=5)
    assert "import java.util.concurrent.atomic.AtomicBoolean;" in reply["data"]["text/plain"]


def test_inspection_reads_the_comments_of_our_own_library(kernel):
    kernel.run("import halfstep.kernel.widget.*;")
    data = kernel.ask("inspect", "new IntSlider(", cursor_pos=14, detail_level=1)["data"]
    assert "Makes a slider" in data["text/plain"] and "smallest value" in data["text/plain"]
    data = kernel.ask("inspect", "IntSlider", cursor_pos=9)["data"]
    assert "A slider over whole numbers" in data["text/html"]
