package halfstep.kernel.lineage;

import halfstep.kernel.cell.MagicTable;
import halfstep.kernel.spi.LineAssist;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The lineage's registry, which also remembers the magics themselves, for those that offer more
 * than running.
 */
final class RememberingRegistry extends MagicsRegistry {

  private final Map<String, Object> byName = new HashMap<>();

  @Override
  public MagicsRegistry registerLineMagic(String name, LineMagic<?, ?> magic) {
    remember(name, magic);
    return super.registerLineMagic(name, magic);
  }

  @Override
  public MagicsRegistry registerCellMagic(String name, CellMagic<?, ?> magic) {
    remember(name, magic);
    return super.registerCellMagic(name, magic);
  }

  /** A line magic and a cell magic may share a name; the one that offers help wins. */
  private void remember(String name, Object magic) {
    if (magic instanceof LineAssist || !(byName.get(name) instanceof LineAssist)) {
      byName.put(name, magic);
    }
  }

  /**
   * This registry as our evaluator sees it.
   *
   * @param kernel what the magics are called with
   * @param transpiler turns an assigned magic into Java
   */
  MagicTable table(BaseKernel kernel, UnaryOperator<String> transpiler) {
    return new MagicTable() {
      @Override
      public Set<String> lineNames() {
        return new TreeSet<>(getLineMagicNames());
      }

      @Override
      public Set<String> cellNames() {
        return new TreeSet<>(getCellMagicNames());
      }

      @Override
      public @Nullable Object callLine(String name, List<String> words) throws Exception {
        return evalLineMagic(kernel, name, words);
      }

      @Override
      public @Nullable Object callCell(String name, List<String> words, String body)
          throws Exception {
        return evalCellMagic(kernel, name, words, body);
      }

      @Override
      public Optional<LineAssist> assist(String name) {
        return byName.get(name) instanceof LineAssist assist
            ? Optional.of(assist)
            : Optional.empty();
      }

      @Override
      public String transpile(String line) {
        return transpiler.apply(line);
      }
    };
  }
}
