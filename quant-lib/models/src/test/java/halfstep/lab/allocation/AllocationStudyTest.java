package halfstep.lab.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Windowing;
import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.export.QuantizedModel;
import halfstep.export.QuantizedModels;
import halfstep.job.LayerFilter;
import halfstep.job.QuantizeJob;
import halfstep.lab.Fixture;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.ThreadCounts;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationStudyTest {

  private static final Windowing WINDOWS = Windowing.papers(Fixture.CTX);
  private static final List<Solver> SOLVERS =
      Stream.of(2, 3, 4)
          .map(bits -> new Solver(new Rtn(), QuantSpec.of(bits, 32).with(ZeroPoint.INTEGER)))
          .toList();

  @TempDir private Path folder;

  private static Menu menu(Model model) {
    return new AllocationStudy(model, SOLVERS, null)
        .menu(Fixture.text(), WINDOWS, LabProgress.NONE);
  }

  @Test
  void theBestPredictionIsAtMostThatOfAnyUniformAllocationOfItsBytes() {
    Model model = Fixture.model();
    Menu menu = menu(model);
    assertEquals(model.layers(), menu.layers().stream().map(LayerChoices::layer).toList());
    Allocation three = menu.uniform().get(1);
    Menu.Best best = menu.best(three.bytes());
    assertTrue(best.solution().exact());
    assertTrue(best.allocation().predicted() <= three.predicted());
    assertTrue(best.allocation().bytes() <= three.bytes());
    List<MeasuredAllocation> measured =
        new AllocationStudy(model, SOLVERS, null)
            .measure(
                List.of(three, best.allocation()),
                Fixture.text(),
                WINDOWS,
                row -> {},
                LabProgress.NONE);
    assertTrue(measured.get(1).kl() < measured.get(0).kl(), measured.toString());
  }

  /** Layers of several widths, written by one job and exported where a format names each. */
  @Test
  void anAllocationIsWrittenAndExported() {
    Menu menu = menu(Fixture.model());
    Allocation allocation = menu.best(menu.uniform().get(1).bytes()).allocation();
    assertTrue(allocation.picks().values().stream().distinct().count() > 1);
    Path run = folder.resolve("run");
    new QuantizeJob(
            Fixture.model().folder(),
            run,
            allocation.specs(),
            allocation.method().orElseThrow(),
            LayerFilter.ALL,
            null,
            false)
        .run();
    Path out = folder.resolve("out");
    new Export(run, out, ExportFormat.COMPRESSED_TENSORS).run();
    QuantizedModel read = QuantizedModels.open(out);
    allocation
        .picks()
        .forEach((layer, solver) -> assertEquals(solver.spec(), read.spec(layer), layer));
  }

  @Test
  void figuresDoNotDependOnTheNumberOfThreads() {
    ThreadCounts.assertSame(Printed.class);
  }

  /** Prints the figures of a run, bit for bit. */
  static final class Printed {
    public static void main(String[] arguments) {
      Menu menu = menu(Fixture.model());
      menu.layers()
          .forEach(layer ->
              layer.choices().forEach(one -> System.out.println(Double.toHexString(one.kl()))));
      Menu.Best best = menu.best(menu.uniform().get(1).bytes());
      System.out.println(best.solution() + " " + Double.toHexString(best.solution().bound()));
    }
  }
}
