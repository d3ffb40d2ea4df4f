"""A kernel and a client of it, for tests over the wire."""

import contextlib
import hashlib
import hmac
import json
import os
import time
import uuid
from pathlib import Path

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

KERNEL = os.environ.get("HALFSTEP_KERNEL", "halfstep")
SAMPLES = Path(__file__).resolve().parents[3] / "target" / "test-classes"


class Outcome:
    """What one execute_request led to."""

    def __init__(self, reply, messages):
        self.reply = reply["content"]
        self.messages = messages

    def of(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    @property
    def result(self):
        """The value shown; None without one. A cell that failed has none to ask for: that fails, with its error."""
        assert self.reply["status"] == "ok", (self.reply, self.text("stderr"))
        found = self.of("execute_result")
        return found[0]["data"] if found else None


class Peer:
    """A client of its own that sends frames as it likes, also such as no client would send."""

    def __init__(self, client, channel="shell"):
        info = client.get_connection_info()
        self.key = info["key"]
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"tcp://{info['ip']}:{info[channel + '_port']}")

    def frames(self, kind, content=None, msg_id=None, **header):
        fields = {"msg_id": msg_id or uuid.uuid4().hex, "msg_type": kind, "session": "peer", "username": "peer"}
        header = {**fields, "date": "2026-01-01T00:00:00Z", "version": "5.4", **header}
        return self.signed([json.dumps(part).encode() for part in (header, {}, {}, content or {})])

    def signed(self, parts):
        digest = hmac.new(self.key, b"".join(parts), hashlib.sha256).hexdigest()
        return [b"<IDS|MSG>", digest.encode(), *parts]

    def send(self, frames):
        self.socket.send_multipart(frames)

    def receive(self, seconds=30):
        """The next message as its parsed header, parent header and content."""
        assert self.socket.poll(seconds * 1000), "no answer"
        frames = self.socket.recv_multipart()
        parts = frames[frames.index(b"<IDS|MSG>") + 2 :]
        header, parent, _, content = (json.loads(part) for part in parts[:4])
        return header, parent, content

    def ask(self, kind, content=None, seconds=30, **header):
        """The content of the reply to a request."""
        msg_id = uuid.uuid4().hex
        self.send(self.frames(kind, content, msg_id, **header))
        while True:
            found, parent, answer = self.receive(seconds)
            if parent.get("msg_id") == msg_id:
                assert found["msg_type"] == kind.replace("_request", "_reply")
                return answer

    def silent(self, millis=400):
        return self.socket.poll(millis) == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close(linger=0)


class Session:
    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    def reply(self, msg_id, timeout=60):
        while True:
            message = self.client.get_shell_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def collect(self, msg_id, timeout=60):
        """All iopub messages of a request up to its idle state."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found
            found.append(message)

    def run(self, code, timeout=60, **options):
        msg_id = self.client.execute(code, **options)
        messages = self.collect(msg_id, timeout)
        return Outcome(self.reply(msg_id, timeout), messages)

    def ask(self, method, *args, **options):
        msg_id = getattr(self.client, method)(*args, **options)
        return self.reply(msg_id)["content"]

    def interrupt_after(self, code, seconds):
        """Interrupts a running cell; returns its outcome and the milliseconds until the reply."""
        msg_id = self.client.execute(code)
        time.sleep(seconds)
        begun = time.perf_counter()
        self.manager.interrupt_kernel()
        reply = self.reply(msg_id, timeout=15)
        millis = (time.perf_counter() - begun) * 1000
        return Outcome(reply, self.collect(msg_id)), millis

    def best_interrupt(self, code, limit=100, tries=3):
        """The quickest of a few interrupts: on a busy machine one may wait for a processor."""
        best = None
        for _ in range(tries):
            outcome, millis = self.interrupt_after(code, 0.5)
            if best is None or millis < best[1]:
                best = outcome, millis
            if millis < limit:
                break
        return best


def with_samples(folder):
    """A kernelspec in {folder} like the installed one, with the sample extension on its class path."""
    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    argv = list(spec.argv)
    classes = argv.index("-cp") + 1
    argv[classes] += os.pathsep + str(SAMPLES)
    kernel = Path(folder) / "kernels" / "sampled"
    kernel.mkdir(parents=True)
    fields = dict(argv=argv, display_name="sampled", language="java", interrupt_mode="message")
    (kernel / "kernel.json").write_text(json.dumps(fields))
    return "sampled"


@contextlib.contextmanager
def started(name=KERNEL, **options):
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=120, **options)
    try:
        yield Session(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)
