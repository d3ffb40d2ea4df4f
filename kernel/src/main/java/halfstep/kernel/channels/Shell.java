package halfstep.kernel.channels;

import halfstep.kernel.protocol.BadMessageException;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import java.io.PrintStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The shell channel: hands requests to the main shell, to the subshell they name, or, when they are
 * for a comm, to a worker of their own, so that a widget answers while a cell runs. What the main
 * shell is asked after a comm message waits until that message was handled.
 */
final class Shell implements Subshells {

  private final OwnedSocket socket;
  private final WireCodec codec;
  private final PrintStream log;
  private final Map<String, Worker> subshells = Collections.synchronizedMap(new LinkedHashMap<>());
  private CompletableFuture<Void> lastOfComms = CompletableFuture.completedFuture(null);
  private RequestHandler handler = (request, requests) -> {};

  Shell(OwnedSocket socket, WireCodec codec, PrintStream log) {
    this.socket = socket;
    this.codec = codec;
    this.log = log;
  }

  void start(RequestHandler handler) {
    this.handler = handler;
    Worker main = worker("shell");
    Worker comms = worker("comms");
    socket.start("shell-socket", frames -> receive(frames, main, comms));
  }

  private Worker worker(String name) {
    Worker worker = new Worker(socket, codec, handler);
    worker.start(name);
    return worker;
  }

  private void receive(List<byte[]> frames, Worker main, Worker comms) {
    Message message;
    try {
      message = codec.decode(frames);
    } catch (BadMessageException e) {
      log.println("halfstep kernel: " + e.getMessage());
      return;
    }
    CompletableFuture<Void> nothing = CompletableFuture.completedFuture(null);
    String subshell = message.subshell();
    Worker named = subshells.get(subshell);
    if (named != null) {
      var _ = named.give(message, nothing);
    } else if (!subshell.isEmpty()) {
      refuse(message, subshell);
    } else if (message.type().matches("comm_(open|msg|close)")) {
      lastOfComms = comms.give(message, nothing);
    } else {
      var _ = main.give(message, lastOfComms);
    }
  }

  private void refuse(Message message, String subshell) {
    log.printf("halfstep kernel: %s for a subshell that is not there%n", message.type());
    if (message.type().endsWith("_request")) {
      String reason = "there is no subshell %s; it was deleted or never made".formatted(subshell);
      socket.send(
          codec.encode(
              Message.reply(
                  message,
                  Json.object(
                      "status",
                      "error",
                      "ename",
                      "NoSubshell",
                      "evalue",
                      reason,
                      "traceback",
                      List.of(reason)))));
    }
  }

  @Override
  public String create() {
    String id = UUID.randomUUID().toString();
    subshells.put(id, worker("subshell"));
    return id;
  }

  @Override
  public boolean delete(String id) {
    Worker worker = subshells.remove(id);
    if (worker != null) {
      worker.end();
    }
    return worker != null;
  }

  @Override
  public List<String> list() {
    synchronized (subshells) {
      return List.copyOf(subshells.keySet());
    }
  }
}
