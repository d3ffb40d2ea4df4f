package halfstep.kernel.cell;

import halfstep.kernel.context.CellContext;
import halfstep.kernel.engine.CellFailure;
import halfstep.kernel.engine.CompileFailure;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.engine.Inspector;
import halfstep.kernel.engine.Value;
import halfstep.kernel.interrupt.RunningCell;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.source.CellPart;
import halfstep.kernel.source.CellSplitter;
import halfstep.kernel.source.Nearest;
import halfstep.kernel.source.Words;
import halfstep.kernel.spi.LineAssist;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the parts of a cell in order, Java through the engine and magics directly. */
public final class CellEvaluator {

  private final Engine engine;
  private final MagicTable magics;
  private final CellSplitter splitter;

  /**
   * Makes an evaluator.
   *
   * @param engine runs Java
   * @param magics runs magics
   */
  public CellEvaluator(Engine engine, MagicTable magics) {
    this.engine = engine;
    this.magics = magics;
    this.splitter =
        new CellSplitter(
            engine::isComplete,
            engine::lacksSemicolon,
            name -> magics.lineNames().contains(name),
            magics::transpile);
  }

  /**
   * Splits a cell as {@link #evaluate} does.
   *
   * @param source the cell
   * @return its parts
   */
  public List<CellPart> split(String source) {
    return splitter.split(source);
  }

  /**
   * Runs a cell.
   *
   * @param source the cell
   * @param cell its number, for messages; 0 for code that no cell holds
   * @param earlier takes the value of each magic that is not the last part of the cell
   * @return the value of the last part
   * @throws CompileFailure if Java in it does not compile
   * @throws CellFailure if Java in it throws
   * @throws Exception if a magic throws
   */
  public Value evaluate(String source, int cell, Consumer<Object> earlier) throws Exception {
    Value value = Value.NOTHING;
    boolean ofMagic = false;
    for (CellPart part : split(source)) {
      if (ofMagic && value.object() != null) {
        earlier.accept(value.object());
      }
      ofMagic = !(part instanceof CellPart.Java);
      value = run(part, cell);
    }
    return value;
  }

  private Value run(CellPart part, int cell) throws Exception {
    return switch (part) {
      case CellPart.Java java -> engine.evaluate(java.source(), cell, java.firstLine());
      case CellPart.Line line -> {
        refuseUnknown("%", line.name(), magics.lineNames());
        List<String> words = Words.split(line.arguments());
        yield ofMagic(RunningCell.interruptible(() -> magics.callLine(line.name(), words)));
      }
      case CellPart.Whole whole -> {
        refuseUnknown("%%", whole.name(), magics.cellNames());
        List<String> words = Words.split(whole.arguments());
        yield ofMagic(
            RunningCell.interruptible(() -> magics.callCell(whole.name(), words, whole.body())));
      }
      case CellPart.Explain explain -> {
        explain(explain);
        yield Value.NOTHING;
      }
      case CellPart.Help help -> {
        System.out.println(help(help.name()));
        yield Value.NOTHING;
      }
    };
  }

  private static Value ofMagic(@Nullable Object object) {
    return object == null ? Value.NOTHING : new Value(true, object);
  }

  /** Shows what is known of a Java name in the front end's pager. */
  private void explain(CellPart.Explain wanted) {
    String name = wanted.name();
    MimeBundle known =
        new Inspector(engine)
            .inspect(name, name.length(), wanted.detail())
            .orElseThrow(
                () -> new Refusal("UnknownName", "nothing is known of %s".formatted(name), null));
    CellContext context = CellContext.current();
    if (context != null) {
      context.page(Json.tree(known.data()).getAsJsonObject());
    }
  }

  private String help(String name) {
    if (!magics.cellNames().contains(name)) {
      refuseUnknown("%", name, magics.lineNames());
    }
    return magics
        .assist(name)
        .map(LineAssist::help)
        .orElse("%" + name + ": this magic comes without help");
  }

  private static void refuseUnknown(String sign, String name, Set<String> known) {
    if (known.contains(name)) {
      return;
    }
    Optional<String> nearest = Nearest.of(name, known);
    throw new Refusal(
        "UnknownMagic",
        String.format(
            Locale.ROOT,
            "there is no magic %s%s%s",
            sign,
            name,
            nearest
                .map(n -> "; the nearest is " + sign + n)
                .orElse(
                    known.isEmpty()
                        ? "; none is registered"
                        : "; there are: "
                            + sign
                            + String.join(", " + sign, known.stream().sorted().toList()))),
        null);
  }
}
