package halfstep.magics.fuzz;

import com.google.gson.JsonObject;
import halfstep.fuzz.Finding;
import halfstep.kernel.channels.Channels;
import halfstep.kernel.channels.Requests;
import halfstep.kernel.channels.Subshells;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.history.SessionHistory;
import halfstep.kernel.interrupt.CellThreads;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.ConnectionFile;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.Signer;
import halfstep.kernel.protocol.WireCodec;
import halfstep.kernel.requests.ControlHandler;
import halfstep.kernel.requests.Ending;
import halfstep.kernel.requests.Session;
import halfstep.kernel.requests.ShellHandler;
import halfstep.kernel.spi.Refusal;
import halfstep.kernel.widget.AnyWidget;
import halfstep.kernel.widget.Button;
import halfstep.kernel.widget.Checkbox;
import halfstep.kernel.widget.Dropdown;
import halfstep.kernel.widget.FloatSlider;
import halfstep.kernel.widget.FramePlayer;
import halfstep.kernel.widget.IntSlider;
import halfstep.kernel.widget.Widget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A whole kernel with our magics, without a peer: what it sends is turned into frames and
 * forgotten. One a process, as everywhere.
 */
final class RunningKernel {

  private static final class Holder {
    private static final RunningKernel ONLY = new RunningKernel();
  }

  private final WireCodec codec = new WireCodec(new Signer("hmac-sha256", ""));
  private final HalfstepKernel kernel;
  private final ShellHandler shell;
  private final ControlHandler control;
  private final List<Widget> widgets;
  private volatile Object heard = "";

  private RunningKernel() {
    Publisher publisher = new Publisher(codec::encode);
    Engine engine = new Engine(System.getProperty("java.class.path"));
    kernel = new HalfstepKernel("1", publisher, (prompt, password) -> "typed", engine);
    kernel.onStartup();
    SessionHistory history = new SessionHistory();
    history.add(new SessionHistory.Entry(1, "int x = 5;", null));
    history.add(new SessionHistory.Entry(2, "a".repeat(2000), "a"));
    Session session =
        new Session(
            "1", publisher, new CellThreads(), CompletableFuture.completedFuture(kernel), history);
    Ending ending = new Ending();
    ConnectionFile anywhere =
        new ConnectionFile("tcp", "127.0.0.1", 0, 0, 0, 0, 0, "", "hmac-sha256");
    Channels unused = new Channels(anywhere, System.err);
    shell = new ShellHandler(session, ending);
    control = new ControlHandler(session, unused.stdin(), new NoSubshells(), ending);
    widgets = widgets();
    reopen();
    kernel.assist().complete("", 0); // the first questions read the class path, once
    kernel.assist().complete("import java.", 12);
    kernel.assist().inspect("Mathx", 5, 1);
  }

  /** Shows the widgets again that a message closed. */
  void reopen() {
    widgets.forEach(Widget::bundle);
  }

  /** The one of this process, started when it is first asked for. */
  static RunningKernel get() {
    return Holder.ONLY;
  }

  /** One of every kind that takes something from the front end, each with a listener. */
  private List<Widget> widgets() {
    Button button = new Button("b").onClick(() -> heard = "click");
    AnyWidget any = new AnyWidget("any", "", "");
    any.set("deep", List.of(List.of(1L, 2L), "x"));
    any.observe("deep", value -> heard = String.valueOf(value));
    any.onMessage((content, buffers) -> heard = content);
    FramePlayer player = new FramePlayer(List.of(new FramePlayer.Frame("one", "<p>")));
    player.onFrame(frame -> heard = frame);
    return List.of(
        new IntSlider("i", 0, 10, 5).observe(value -> heard = value),
        new FloatSlider("f", 0, 1, 0.1, 0.5).observe(value -> heard = value),
        new Dropdown<>("d", List.of("a", "b")).observe(value -> heard = value),
        new Checkbox("c", false).observe(value -> heard = value),
        button,
        any,
        player);
  }

  HalfstepKernel kernel() {
    return kernel;
  }

  /** The ids of the open widgets, always in the same order. */
  List<String> widgetIds() {
    return widgets.stream().map(Widget::id).toList();
  }

  /**
   * Handles a request as the shell and the control channel do.
   *
   * @throws Refusal if that is the answer
   */
  void handle(Message request) {
    Checked requests = new Checked();
    shell.handle(request, requests);
    control.handle(request, requests);
    if (requests.refused != null) {
      throw requests.refused;
    }
  }

  /** An answer may be a refusal, but not the trace of something that went wrong. */
  private final class Checked implements Requests {

    private @Nullable Refusal refused;

    @Override
    public void reply(Message reply) {
      codec.encode(reply);
      JsonObject content = reply.content();
      if (content.has("status") && content.get("status").getAsString().equals("error")) {
        if (content.getAsJsonArray("traceback").size() > 1) {
          throw new Finding("an answer with a trace: " + content.get("traceback"), null);
        }
        refused = refusal(reply.type(), content);
      }
    }

    /** With a place that tells one reason from another: that of the exception is gone. */
    private static Refusal refusal(String type, JsonObject content) {
      String sentence = content.get("evalue").getAsString();
      Refusal refusal = new Refusal(content.get("ename").getAsString(), sentence, null);
      String reason = type + sentence.replaceAll(" is .*, expected ", " is no ");
      refusal.setStackTrace(new StackTraceElement[] {new StackTraceElement("", reason, null, 0)});
      return refusal;
    }

    @Override
    public Optional<Message> next() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // a shutdown that nobody waits for
    }
  }

  /** Threads for each of them would be too many. */
  private static final class NoSubshells implements Subshells {
    @Override
    public String create() {
      return "one";
    }

    @Override
    public boolean delete(String id) {
      return id.equals("one");
    }

    @Override
    public List<String> list() {
      return List.of("one");
    }
  }
}
