"""Magics of the lineage over the wire; the kernel must have the sample extension on its class path."""

import pytest


@pytest.fixture(autouse=True)
def sample(kernel):
    if "%sample" not in kernel.ask("complete", "%sampl")["matches"]:
        pytest.skip("this kernel is installed without the sample extension")


def test_bare_magic_is_rendered_by_its_renderer(kernel):
    outcome = kernel.run('%sample one "two words" \'three\'')
    assert outcome.result == {"text/html": "<b>step 3</b>", "text/plain": "step 3 [one, two words, three]"}


def test_magic_that_returns_null_shows_nothing(kernel):
    outcome = kernel.run("%nothing")
    assert outcome.result is None and outcome.reply["status"] == "ok"


def test_cell_magic(kernel):
    assert kernel.run("%%sample a b\nline 1\nline 2").result["text/plain"] == "cell [a, b] body line 1\nline 2"


def test_magics_and_java_in_one_cell(kernel):
    outcome = kernel.run("int before = 2;\n%sample first\nint m = 10 %7;\n%sample second third\nbefore + m")
    assert outcome.result == {"text/plain": "5"}
    assert len(outcome.of("display_data")) == 2


def test_modulo_over_two_lines_is_java(kernel):
    kernel.run("int sample = 7;")
    assert kernel.run("int r = 10\n  %sample;\nr").result == {"text/plain": "3"}


def test_assigned_magic_is_typed(kernel):
    code = "halfstep.sample.SampleExtension.Step st = %sample a b\nst.number() * 10"
    assert kernel.run(code).result == {"text/plain": "20"}


def test_unknown_magic_names_the_nearest(kernel):
    error = kernel.run("%sampel x").of("error")[0]
    assert error["ename"] == "UnknownMagic"
    assert error["evalue"] == "there is no magic %sampel; the nearest is %sample"
    assert len(error["traceback"]) == 1


def test_unclosed_quote(kernel):
    assert kernel.run('%sample "open').of("error")[0]["ename"] == "UnclosedQuote"


def test_help_completion_and_inspection(kernel):
    assert "counts its words" in kernel.run("%sample?").text()
    reply = kernel.ask("complete", "int q = 1;\n%sample a --b")
    assert reply["matches"] == ["--bits"] and reply["cursor_start"] == 21
    assert "counts its words" in kernel.ask("inspect", "%sample a", cursor_pos=4)["data"]["text/plain"]


def test_updating_display_by_the_lineage(kernel):
    outcome = kernel.run("%updating")
    assert outcome.of("display_data")[0]["transient"] == {"display_id": "sample-display"}
    update = outcome.of("update_display_data")[0]
    assert update["data"] == {"text/plain": "second"}
    assert update["transient"] == {"display_id": "sample-display"}


def test_host_display_keeps_the_order(kernel):
    kinds = [m["msg_type"] for m in kernel.run("%hostdisplay").messages]
    assert kinds[2:] == ["stream", "display_data", "stream", "update_display_data", "execute_result"]


def test_declared_variable_is_typed(kernel):
    kernel.run("%declare names")
    assert kernel.run("names.get(1).length()").result == {"text/plain": "1"}
    assert kernel.run("%variable names").result["text/plain"] == "[a, b]"
    assert kernel.run("%variable unheard").result["text/plain"] == "none"


def test_declaring_inside_an_assigned_magic(kernel):
    assert kernel.run("String said = %declare nested\nsaid + nested").result["text/plain"] == "declared nested[a, b]"


def test_interrupt_of_a_solver(kernel):
    outcome, millis = kernel.best_interrupt("%solve")
    print(f"\ninterrupt of a solver: {millis:.1f} ms")
    assert outcome.reply["ename"] == "Interrupted"
    assert outcome.reply["evalue"] == "the solver was stopped"
    assert millis < 100
    assert kernel.run("1+2").result == {"text/plain": "3"}


def test_progress_appears_after_a_second_and_stays(kernel):
    outcome = kernel.run("%slow")
    assert len(outcome.of("display_data")) == 1
    updates = outcome.of("update_display_data")
    assert 2 <= len(updates) <= 8
    assert "Sampling: 100 %" in updates[-1]["data"]["text/plain"]
    assert "<progress" in updates[-1]["data"]["text/html"]


def test_refusal_is_one_sentence(kernel):
    error = kernel.run("%refuse").of("error")[0]
    assert error["ename"] == "BadSample"
    assert error["evalue"] == "sample 7 is refused, expected 1 to 6; use another"
    assert len(error["traceback"]) == 1 and " at " not in error["traceback"][0]


def test_failing_magic_shows_its_own_frames_only(kernel):
    error = kernel.run("%fail").of("error")[0]
    text = "\n".join(error["traceback"])
    assert error["ename"] == "UncheckedIOException" and "disk on fire" in text
    assert "at halfstep.sample.SampleExtension.fail(" in text
    assert "halfstep.kernel" not in text and "java.util.concurrent" not in text


def test_comm_echo_is_answered_under_its_own_message(kernel):
    client = kernel.client
    opened = client.session.msg("comm_open", {"comm_id": "c1", "target_name": "sample.echo", "data": {}})
    client.shell_channel.send(opened)
    kernel.collect(opened["header"]["msg_id"])
    assert kernel.ask("comm_info")["comms"] == {"c1": {"target_name": "sample.echo"}}
    sent = client.session.msg("comm_msg", {"comm_id": "c1", "data": {"x": 1}})
    client.shell_channel.send(sent)
    found = {m["msg_type"]: m["content"] for m in kernel.collect(sent["header"]["msg_id"])}
    assert found["comm_msg"]["data"] == {"echo": {"x": 1}}
    assert found["stream"]["text"] == "echoing\n"
    closed = client.session.msg("comm_close", {"comm_id": "c1", "data": {}})
    client.shell_channel.send(closed)
    kernel.collect(closed["header"]["msg_id"])
    assert kernel.ask("comm_info")["comms"] == {}


def test_unknown_comm_target_is_closed(kernel):
    client = kernel.client
    opened = client.session.msg("comm_open", {"comm_id": "c2", "target_name": "nobody", "data": {}})
    client.shell_channel.send(opened)
    kinds = [m["msg_type"] for m in kernel.collect(opened["header"]["msg_id"])]
    assert "comm_close" in kinds
