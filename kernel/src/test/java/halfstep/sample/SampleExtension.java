package halfstep.sample;

import com.google.gson.JsonObject;
import halfstep.kernel.lineage.Hosts;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;

/** Line magics, a cell magic, a typed renderer, an updating display and a comm. */
public final class SampleExtension implements Extension {

  /** What {@code %sample} returns. */
  public record Step(int number, List<String> words) {}

  @Override
  public void install(BaseKernel kernel) {
    MagicsRegistry registry = kernel.getMagicsRegistry();
    registry.registerLineMagic("sample", new SampleMagic());
    registry.registerCellMagic(
        "sample",
        (CellMagic<String, BaseKernel>)
            (k, args, body) -> "cell " + args + " body " + body.strip());
    register(registry, "nothing", (k, args) -> null);
    register(registry, "updating", (k, args) -> updating(k));
    register(registry, "hostdisplay", (k, args) -> hostDisplay(Hosts.of(k)));
    register(registry, "declare", (k, args) -> declare(Hosts.of(k), args));
    register(
        registry, "variable", (k, args) -> Hosts.of(k).variable(args.getFirst()).orElse("none"));
    register(registry, "solve", (k, args) -> solve());
    register(registry, "slow", (k, args) -> slow(Hosts.of(k)));
    register(registry, "refuse", (k, args) -> refuse());
    register(registry, "fail", (k, args) -> fail());
    kernel
        .getCommManager()
        .registerTarget("sample.echo", (m, id, target, message) -> new Echo(m, id, target));
    kernel
        .getRenderer()
        .createRegistration(Step.class)
        .preferring(MIMEType.TEXT_HTML)
        .supporting(MIMEType.TEXT_PLAIN)
        .register((step, context) -> {
          context.renderIfRequested(
              MIMEType.TEXT_PLAIN, () -> "step " + step.number() + " " + step.words());
          context.renderIfRequested(MIMEType.TEXT_HTML, () -> "<b>step " + step.number() + "</b>");
        });
  }

  private static void register(
      MagicsRegistry registry, String name, LineMagic<Object, BaseKernel> magic) {
    registry.registerLineMagic(name, magic);
  }

  /** Shows and updates by the lineage's own means. */
  private static Object updating(BaseKernel kernel) {
    DisplayData data = new DisplayData("first");
    data.setDisplayId("sample-display");
    kernel.display(data);
    DisplayData next = new DisplayData("second");
    kernel.getIO().display.updateDisplay("sample-display", next);
    return "updated";
  }

  private static Object hostDisplay(Host host) {
    System.out.println("before");
    var handle = host.display(MimeBundle.text("shown"));
    System.out.println("after");
    handle.update(MimeBundle.text("changed"));
    return "done";
  }

  private static Object declare(Host host, List<String> args) {
    host.declare(args.get(0), "java.util.List<String>", List.of("a", "b"));
    return "declared " + args.get(0);
  }

  /** Works as a solver does: looks at its thread's interrupt flag between short pieces of work. */
  private static Object solve() {
    double sum = 0;
    for (long i = 0; i < Long.MAX_VALUE; i++) {
      for (int j = 1; j < 100_000; j++) {
        sum += Math.sqrt(j);
      }
      if (Thread.interrupted()) {
        throw new IllegalStateException("the solver was stopped");
      }
    }
    return sum;
  }

  private static Object slow(Host host) throws InterruptedException {
    try (Progress progress = host.progress("Sampling")) {
      for (int i = 0; i <= 30; i++) {
        progress.update(i / 30.0, "piece " + i);
        Thread.sleep(60);
      }
    }
    return "slept";
  }

  private static Object refuse() {
    throw new Refusal("BadSample", "sample 7 is refused, expected 1 to 6; use another", null);
  }

  private static Object fail() {
    try {
      throw new java.io.IOException("disk on fire");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("cannot sample", e);
    }
  }

  private static final class Echo extends Comm {

    Echo(CommManager manager, String id, String target) {
      super(manager, id, target);
    }

    @Override
    protected void onMessage(Message<CommMsgCommand> message) {
      System.out.println("echoing");
      JsonObject answer = new JsonObject();
      answer.add("echo", message.getContent().getData());
      send(answer);
    }

    @Override
    protected void onClose(Message<CommCloseCommand> message, boolean sending) {}
  }
}
