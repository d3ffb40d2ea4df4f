package halfstep.kernel;

import halfstep.kernel.channels.Channels;
import halfstep.kernel.channels.Stdin;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.history.SessionHistory;
import halfstep.kernel.input.AskedStream;
import halfstep.kernel.input.Input;
import halfstep.kernel.interrupt.CellThreads;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.output.CapturedStream;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.ConnectionFile;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.requests.ControlHandler;
import halfstep.kernel.requests.Ending;
import halfstep.kernel.requests.Session;
import halfstep.kernel.requests.ShellHandler;
import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Starts the kernel: sockets first, JShell beside them, so that the front end has its answer early.
 */
public final class KernelMain {

  private static final int WRONG_USAGE = 2;
  private static final long FAREWELL_MILLIS = 100;

  private KernelMain() {}

  /**
   * Runs the kernel until a front end ends it.
   *
   * @param args the connection file
   * @throws InterruptedException if the main thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    PrintStream log = System.err;
    if (args.length != 1) {
      log.printf("usage: KernelMain CONNECTION_FILE; %d arguments came%n", args.length);
      System.exit(WRONG_USAGE);
    }
    try {
      serve(ConnectionFile.read(Path.of(args[0])), log);
    } catch (IOException | IllegalArgumentException e) {
      log.printf(
          "halfstep kernel: %s%n",
          e instanceof IOException ? "cannot read " + e.getMessage() : e.getMessage());
      System.exit(WRONG_USAGE);
    }
    System.exit(0);
  }

  private static void serve(ConnectionFile file, PrintStream log) throws InterruptedException {
    Channels channels = new Channels(file, log);
    Publisher publisher = new Publisher(channels::publish);
    Input input = input(channels.stdin(), publisher);
    PrintStream out = System.out;
    System.setOut(CapturedStream.open(publisher, "stdout", out));
    System.setErr(CapturedStream.open(publisher, "stderr", log));
    System.setIn(new AskedStream(input));
    CompletableFuture<HalfstepKernel> starting = new CompletableFuture<>();
    Session session =
        new Session(version(), publisher, new CellThreads(), starting, new SessionHistory());
    Ending ending = new Ending();
    channels.start(
        new ShellHandler(session, ending),
        new ControlHandler(session, channels.stdin(), channels.subshells(), ending));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> confess(ending, publisher), "end"));
    Thread.ofPlatform().daemon().name("start").start(() -> start(starting, publisher, input, log));
    parent().ifPresent(parent -> parent.onExit().thenRun(ending::begin));
    boolean restart = ending.await();
    if (starting.isDone() && !starting.isCompletedExceptionally()) {
      starting.join().onShutdown(restart);
    }
    channels.close();
  }

  /** Code outside of cells, a library's for example, may still end the process: not in silence. */
  private static void confess(Ending ending, Publisher publisher) {
    CellContext context = CellContext.current();
    if (ending.begun() || context == null) {
      return;
    }
    String sentence =
        "the kernel ends now: code outside of this notebook's cells called System.exit, or the process was told to end\n";
    publisher.publish(context, "stream", Json.object("name", "stderr", "text", sentence));
    try {
      Thread.sleep(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(
      CompletableFuture<HalfstepKernel> starting,
      Publisher publisher,
      Input input,
      PrintStream log) {
    try {
      Engine engine = new Engine(System.getProperty("java.class.path"));
      HalfstepKernel kernel = new HalfstepKernel(version(), publisher, input, engine);
      kernel.onStartup();
      starting.complete(kernel);
    } catch (RuntimeException | Error e) {
      log.println("halfstep kernel: the engine did not start: " + e);
      starting.completeExceptionally(e);
    }
  }

  private static Input input(Stdin stdin, Publisher publisher) {
    return (prompt, password) -> {
      CellContext context = CellContext.current();
      if (context == null || !context.mayAsk()) {
        throw new Refusal(
            "NoInput",
            "this front end answers no questions, so a cell cannot read System.in here",
            null);
      }
      publisher.flush();
      try {
        return stdin.ask(context, prompt, password);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (CancellationException)
            new CancellationException("interrupted while waiting for input").initCause(e);
      }
    };
  }

  /**
   * The front end's process if it started us itself: a kernel must not outlive a server that was
   * killed.
   */
  private static Optional<ProcessHandle> parent() {
    String named = Optional.ofNullable(System.getenv("JPY_PARENT_PID")).orElse("");
    return ProcessHandle.current().parent().filter(p -> named.equals(Long.toString(p.pid())));
  }

  private static String version() {
    return Optional.ofNullable(KernelMain.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
