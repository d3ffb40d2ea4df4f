"""More than one notebook asks for: kernels beside each other, many widgets, long texts, huge displays."""

import contextlib
import os
import time

import psutil
import pytest
from wire import started

KERNELS = 4
WIDGETS = 100
HUGE = 200_000_000


@pytest.fixture(scope="module")
def kernel():
    """One of its own: a hundred widgets would be seen by the tests that follow."""
    with started() as session:
        yield session


@pytest.mark.skipif("HALFSTEP_LONG" not in os.environ, reason="20 s; HALFSTEP_LONG=1 runs it")
def test_four_kernels_at_once():
    """All compute at the same time; each has its own variables, and its own results come back."""
    with contextlib.ExitStack() as stack:
        kernels = [stack.enter_context(started()) for _ in range(KERNELS)]
        for number, kernel in enumerate(kernels):
            kernel.run(f"int mine = {number};")
        begun = time.perf_counter()
        for round_ in range(5):
            code = f"IntStream.range(0, 2_000_000).mapToLong(i -> i % 7).sum() + mine + {round_}"
            asked = [kernel.client.execute(code) for kernel in kernels]
            expected = sum(i % 7 for i in range(14)) * (2_000_000 // 14) + sum(i % 7 for i in range(2_000_000 % 14))
            for number, (kernel, msg_id) in enumerate(zip(kernels, asked)):
                messages = kernel.collect(msg_id)
                assert kernel.reply(msg_id)["content"]["status"] == "ok"
                results = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"]
                assert results == [str(expected + number + round_)]
        print(f"\n{KERNELS} kernels, 5 rounds: {time.perf_counter() - begun:.2f} s")


def test_a_hundred_widgets(kernel):
    """Each of a hundred sliders answers to its own change, and no other does."""
    code = "import halfstep.kernel.widget.*;\nvar many = new IntSlider[%d];\nvar heard = new ArrayList<String>();\n" % WIDGETS
    code += "for (int i = 0; i < many.length; i++) { int n = i; many[i] = new IntSlider(\"s\" + i, 0, 1000, i);\n"
    code += 'many[i].observe(v -> heard.add(n + "=" + v)); }'
    assert kernel.run(code).reply["status"] == "ok"
    models = {}
    for message in kernel.run("for (var slider : many) display(slider);").messages:
        if message["msg_type"] == "comm_open":
            state = message["content"]["data"]["state"]
            if state["_model_name"] == "IntSliderModel":
                models[state["value"]] = message["content"]["comm_id"]
    assert sorted(models) == list(range(WIDGETS))
    channel = kernel.client.shell_channel
    begun = time.perf_counter()
    for number, model in models.items():
        data = {"method": "update", "state": {"value": 1000 - number}, "buffer_paths": []}
        message = kernel.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        channel.session.send(channel.socket, message)
    told = kernel.run("heard").result["text/plain"]
    print(f"\n{WIDGETS} changes: {time.perf_counter() - begun:.2f} s")
    assert told == "[" + ", ".join(f"{n}={1000 - n}" for n in models) + "]"


def test_a_million_lines(kernel):
    """All arrive, in order and in few messages; the kernel keeps none of them."""
    process = psutil.Process(kernel.manager.provisioner.pid)
    before, begun = process.memory_info().rss, time.perf_counter()
    outcome = kernel.run("for (int i = 0; i < 1_000_000; i++) System.out.println(i);", timeout=120)
    took, grown = time.perf_counter() - begun, (process.memory_info().rss - before) / 2**20
    print(f"\n1,000,000 lines: {took:.2f} s, {len(outcome.of('stream'))} messages, {grown:.0f} MiB more")
    assert outcome.text() == "".join(f"{i}\n" for i in range(1_000_000))
    assert len(outcome.of("stream")) < 2000


HUGE_ONES = {
    "a display": f'display("x".repeat({HUGE}));',
    "a result": f'"x".repeat({HUGE})',
    "a page": f'page("x".repeat({HUGE}));',
    "an update": f'String id = display("small");\nupdateDisplay(id, "x".repeat({HUGE}));',
    "a widget's text": f'new halfstep.kernel.widget.Html("x".repeat({HUGE}))',
}


@pytest.mark.parametrize("what", HUGE_ONES)
def test_huge_displays_are_refused(kernel, what):
    """In one sentence with size, bound and way out; nothing of it is sent, and the next cell works."""
    outcome = kernel.run(HUGE_ONES[what])
    (error,) = outcome.of("error")
    assert error["ename"] == "TooLarge"
    assert "of 190.7 MiB is more than the 64 MiB that a notebook takes at once; show a part" in error["evalue"]
    assert len(error["traceback"]) == 1
    assert not outcome.of("execute_result")
    assert sum(len(str(message["content"])) for message in outcome.messages) < 10_000
    kernel.run("Arrays.fill(Out, null); System.gc();")
    assert kernel.run("20+1").result == {"text/plain": "21"}


def test_large_displays_below_the_bound_arrive(kernel):
    outcome = kernel.run('"ä".repeat(33_000_000)')  # 66 MB, 62.9 MiB
    assert outcome.result["text/plain"] == "ä" * 33_000_000
    (error,) = kernel.run('"ä".repeat(34_000_000)').of("error")
    assert error["evalue"].startswith("a display of 64.8 MiB is more than")
    kernel.run("Arrays.fill(Out, null); System.gc();")


def test_an_expression_beside_a_cell_is_refused_too(kernel):
    asked = {"large": f'"x".repeat({HUGE})', "small": "1+1"}
    values = kernel.run("2+2", user_expressions=asked).reply["user_expressions"]
    assert values["large"]["ename"] == "TooLarge"
    assert values["small"]["data"] == {"text/plain": "2"}
