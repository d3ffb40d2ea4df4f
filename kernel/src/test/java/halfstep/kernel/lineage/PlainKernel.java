package halfstep.kernel.lineage;

import halfstep.kernel.engine.Engine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.jspecify.annotations.Nullable;

/** The least kernel of the lineage: it evaluates, nothing more. */
final class PlainKernel extends BaseKernel {

  private final Engine engine;

  @SuppressWarnings("NullAway") // the base accepts no history manager
  PlainKernel(Engine engine) {
    super(
        "plain",
        "1",
        new LanguageInfo.Builder("java").version("25").build(),
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new Renderer(),
        new MagicParser("(?<=(?:^|=))\\s*%", "%%", new MagicTranspiler()),
        new MagicsRegistry(),
        true,
        new StringStyler.Builder().build());
    this.engine = engine;
  }

  @Override
  public @Nullable Object evalRaw(String source) {
    try {
      return engine.evaluate(magicParser.resolveMagics(source), 0, 1).object();
    } catch (Exception e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public @Nullable DisplayData inspect(String source, int cursor, boolean detail) {
    return null;
  }

  @Override
  public ReplacementOptions complete(String source, int cursor) {
    return new ReplacementOptions(List.of(), cursor, cursor);
  }

  @Override
  public String isComplete(String source) {
    return IS_COMPLETE_YES;
  }
}
