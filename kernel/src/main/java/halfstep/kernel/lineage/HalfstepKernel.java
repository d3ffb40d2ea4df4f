package halfstep.kernel.lineage;

import com.google.gson.JsonObject;
import halfstep.kernel.cell.CellAssist;
import halfstep.kernel.cell.CellEvaluator;
import halfstep.kernel.cell.MagicTable;
import halfstep.kernel.engine.CellFailure;
import halfstep.kernel.engine.CompileFailure;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.error.ErrorReport;
import halfstep.kernel.input.Input;
import halfstep.kernel.output.DisplayedProgress;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import halfstep.kernel.widget.Widget;
import halfstep.kernel.widget.Widgets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceConfigurationError;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.jspecify.annotations.Nullable;

/**
 * Our kernel as the lineage knows it: its renderer, registries, comms and extensions work here,
 * over our own channels and engine. One of these a process, because the lineage keeps the running
 * kernel in a static field.
 */
public final class HalfstepKernel extends BaseKernel implements Host {

  private final Publisher publisher;
  private final Engine engine;
  private final CommAdapter comms;
  private final Widgets widgets;
  private final MagicTable magics;
  private final CellEvaluator evaluator;
  private final CellAssist assist;
  private final Extensions extensions = new Extensions();
  private final Queue<String> notices = new ConcurrentLinkedQueue<>();

  /** What the constructor builds before it can call the base's. */
  private record Parts(
      Publisher publisher, ReplyAdapter replies, RememberingRegistry registry, CommAdapter comms) {}

  /**
   * Makes a kernel without starting its extensions.
   *
   * @param version of the implementation
   * @param publisher where displays go
   * @param input who answers questions
   * @param engine runs Java
   */
  public HalfstepKernel(String version, Publisher publisher, Input input, Engine engine) {
    this(version, parts(publisher, new ReplyAdapter(publisher, input)), engine);
  }

  @SuppressWarnings(
      "NullAway") // the base accepts no history manager; requests for history never reach it
  private HalfstepKernel(String version, Parts parts, Engine engine) {
    super(
        "halfstep",
        version,
        new LanguageInfo.Builder("java").version(Runtime.version().toString()).build(),
        List.of(),
        null,
        new IoAdapter(parts.replies),
        parts.comms,
        new Renderer(),
        new MagicParser("(?<=(?:^|=))\\s*%", "%%", new MagicTranspiler()),
        parts.registry,
        true,
        new StringStyler.Builder().build());
    this.publisher = parts.publisher;
    this.engine = engine;
    this.comms = parts.comms;
    this.widgets = new Widgets(new WidgetAdapter(publisher, this::render));
    renderer
        .createRegistration(Widget.class)
        .preferring(MIMEType.parse("application/vnd.jupyter.widget-view+json"))
        .preferring(MIMEType.TEXT_PLAIN)
        .register((widget, context) -> Bundles.fill(context.getOutputContainer(), widget.bundle()));
    new DependencyMagics(this).register(parts.registry);
    this.magics = parts.registry.table(this, magicParser::resolveMagics);
    this.evaluator = new CellEvaluator(engine, magics);
    this.assist = new CellAssist(engine, magics);
  }

  private static Parts parts(Publisher publisher, ReplyAdapter replies) {
    return new Parts(
        publisher, replies, new RememberingRegistry(), new CommAdapter(publisher, replies));
  }

  /**
   * Makes the lineage's functions known to cells and installs the extensions that are on the class
   * path.
   */
  @Override
  public void onStartup() {
    engine.importLater("import static " + Notebook.class.getName() + ".*;");
    engine.importLater("import static " + Results.class.getName() + ".Out;");
    try {
      super.onStartup();
    } catch (ServiceConfigurationError e) {
      System.err.println("extensions were left out: " + e.getMessage());
    }
    notices.addAll(StartUp.run(evaluator, this::show));
  }

  /** What went wrong before the first cell and waits for a cell to be shown in, once. */
  public List<String> takeNotices() {
    List<String> taken = new ArrayList<>();
    for (String notice = notices.poll(); notice != null; notice = notices.poll()) {
      taken.add(notice);
    }
    return taken;
  }

  @Override
  protected void installExtension(Extension extension) {
    extensions.install(extension, super::installExtension);
  }

  /** Adds to what cells may use, with the extensions that come along. */
  void addToClassPath(List<Path> entries) {
    entries.forEach(entry -> engine.addToClassPath(entry.toString()));
    extensions.installNew(engine.loader(), super::installExtension);
  }

  @Override
  protected ClassLoader getClassLoader() {
    return engine.loader();
  }

  /** Runs cells. */
  public CellEvaluator evaluator() {
    return evaluator;
  }

  /** Completes and inspects cells. */
  public CellAssist assist() {
    return assist;
  }

  /** Runs Java. */
  public Engine engine() {
    return engine;
  }

  /** The comms, for requests of the front end. */
  public Comms comms() {
    return new Comms(comms, widgets);
  }

  /**
   * Renders a value by the renderers that extensions registered.
   *
   * @param value any value
   * @return {@code data} and {@code metadata} as messages want them
   */
  public JsonObject render(@Nullable Object value) {
    DisplayData data =
        value == null || value.getClass().isArray()
            ? new DisplayData(ArrayText.of(value))
            : value instanceof DisplayData ready ? ready : renderer.render(value);
    JsonObject content = Bundles.content(data);
    content.remove("transient");
    return content;
  }

  /**
   * Shows a value below the running cell.
   *
   * @param value what to show
   */
  public void show(Object value) {
    JsonObject content = render(value);
    content.add("transient", new JsonObject());
    publisher.publish("display_data", content);
  }

  void clearOutput(boolean wait) {
    publisher.publish("clear_output", Json.object("wait", wait));
  }

  @Override
  public void display(DisplayData data) {
    publisher.publish("display_data", Bundles.content(data));
  }

  @Override
  public DisplayHandle display(MimeBundle bundle) {
    String id = UUID.randomUUID().toString();
    publisher.publish("display_data", Bundles.content(bundle, id));
    return next -> publisher.publish("update_display_data", Bundles.content(next, id));
  }

  @Override
  public void declare(String name, String type, Object value) {
    try {
      engine.declare(name, type, value);
    } catch (CompileFailure | CellFailure e) {
      throw new Refusal(
          "NotDeclared", "cannot declare \"%s %s\": %s".formatted(type, name, reason(e)), e);
    }
  }

  @Override
  public Optional<Object> variable(String name) {
    try {
      return Optional.ofNullable(engine.variable(name));
    } catch (CompileFailure | CellFailure e) {
      throw new Refusal(
          "NotReadable", "cannot read the variable %s: %s".formatted(name, reason(e)), e);
    }
  }

  @Override
  public void evaluate(String source) {
    try {
      engine.evaluate(source, 0, 1);
    } catch (CompileFailure | CellFailure e) {
      throw new Refusal(
          "NotEvaluated", "\"%s\" failed: %s".formatted(source.strip(), reason(e)), e);
    }
  }

  @Override
  public void importPackages(String source) {
    engine.importLater(source);
  }

  @Override
  public Progress progress(String title) {
    return new DisplayedProgress(title, this::display, System::nanoTime);
  }

  @Override
  public @Nullable Object evalRaw(String source) {
    try {
      return evaluator.evaluate(source, 0, this::show).object();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Refusal("NotEvaluated", reason(e), e);
    }
  }

  @Override
  public @Nullable DisplayData inspect(String source, int cursor, boolean detail) {
    return assist
        .inspect(source, cursor, detail ? 1 : 0)
        .map(bundle -> Bundles.toDisplayData(bundle, ""))
        .orElse(null);
  }

  @Override
  public ReplacementOptions complete(String source, int cursor) {
    Completion completion = assist.complete(source, cursor);
    return new ReplacementOptions(completion.matches(), completion.start(), completion.end());
  }

  @Override
  public String isComplete(String source) {
    return switch (engine.completeness(source)) {
      case COMPLETE -> IS_COMPLETE_YES;
      case INCOMPLETE -> IS_COMPLETE_MAYBE;
      case INVALID -> IS_COMPLETE_BAD;
    };
  }

  @Override
  public List<String> formatError(Throwable error) {
    return ErrorReport.of(error, false).traceback();
  }

  /** In one line; the compiler tells which symbol in its second. */
  private static String reason(Exception failure) {
    ErrorReport report = ErrorReport.of(failure, false);
    String line =
        report.message().lines().limit(2).map(String::strip).collect(Collectors.joining(", "));
    return String.format(Locale.ROOT, "%s: %s", report.name(), line);
  }
}
