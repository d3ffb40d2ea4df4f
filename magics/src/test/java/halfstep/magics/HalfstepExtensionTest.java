package halfstep.magics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Commands;
import halfstep.magics.display.Report;
import java.util.List;
import java.util.ServiceLoader;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The magics in a kernel that is not ours. */
class HalfstepExtensionTest {

  private final StockKernel kernel = new StockKernel();

  @BeforeEach
  void install() {
    new HalfstepExtension().install(kernel);
  }

  private Report<?> magic(String name, String... words) throws Exception {
    Object result = kernel.getMagicsRegistry().evalLineMagic(kernel, name, List.of(words));
    return assertInstanceOf(Report.class, result);
  }

  @Test
  void isFoundAsAService() {
    assertTrue(
        ServiceLoader.load(Extension.class).stream()
            .anyMatch(provider -> provider.type().equals(HalfstepExtension.class)));
  }

  @Test
  void registersLineAndCellMagics() {
    assertTrue(kernel.getMagicsRegistry().getLineMagicNames().containsAll(Commands.names()));
    assertTrue(kernel.getMagicsRegistry().getCellMagicNames().containsAll(Commands.names()));
  }

  @Test
  void aStockKernelRunsAndRendersThem() throws Exception {
    DisplayData help = kernel.getRenderer().render(magic("help"));
    assertTrue(help.hasDataForType(MIMEType.TEXT_HTML));
    assertTrue(
        String.valueOf(help.getData(MIMEType.TEXT_PLAIN)).startsWith("Commands of Halfstep"));
    assertTrue(magic("load", "natural").title().startsWith("natural: "));
  }

  @Test
  void whatAStockKernelCannotDoIsSaid() throws Exception {
    assertTrue(
        magic("param", "MODEL=natural").toString().contains("Our lines know ${MODEL}, Java cells"));
    magic("load", "${MODEL}");
    Refusal refusal = assertThrows(Refusal.class, () -> magic("load", "${MODEL}", "--as", "model"));
    assertEquals("NotThisKernel", refusal.name());
  }

  @Test
  void aCellIsALinePerCall() throws Exception {
    magic("load", "natural");
    Object result =
        kernel
            .getMagicsRegistry()
            .evalCellMagic(kernel, "help", List.of(), "load\n// a remark\nhqq\n");
    assertTrue(assertInstanceOf(Report.class, result).title().startsWith("Usage: %hqq"));
  }

  @Test
  void theSameWordsRunWithoutANotebook() {
    Halfstep.report("%load natural");
    Halfstep.report("hqq start 0.down_proj --bits 3 --as first");
    HqqStep first = Halfstep.value("first");
    assertEquals(0, first.index());
    assertEquals(
        "UsageException", assertThrows(Refusal.class, () -> Halfstep.report("hqq 'x")).name());
  }
}
