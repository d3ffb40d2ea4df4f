package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.widget.FramePlayer;
import halfstep.magics.display.PlayerBundle;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.quant.Codes;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HqqFramesTest {

  private static final int GROUP = 3;

  private final Matrix w = weights();
  private final HqqSolver solver = new HqqSolver(w, QuantSpec.of(2, 64), Hqq.DEFAULT);
  private final List<HqqStep> steps = solver.steps().toList();
  private final Frames frames = HqqFrames.of("HQQ on w", w, solver, steps, GROUP);

  private static Matrix weights() {
    Random random = new Random(1);
    Matrix w = Matrix.zeros(64, 128);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) (1.2 * random.nextGaussian()));
    }
    return w;
  }

  @Test
  void everyFrameTellsItsStep() {
    assertEquals(steps.size(), frames.frames().size());
    for (int i = 0; i < steps.size(); i++) {
      HqqStep step = steps.get(i);
      Frames.Frame frame = frames.frames().get(i);
      assertEquals("iteration " + step.index(), frame.title());
      assertTrue(
          frame.sentence().contains("; %d codes flipped, ".formatted(step.codesChanged())),
          frame.sentence());
    }
    Views.assertDrawn(frames.last());
    Views.assertDrawn(Painter.paint(frames.figure(0)));
  }

  @Test
  void ringsMarkTheCodesThatFlipped() {
    Grouping grouping = solver.spec().grouping(w.shape());
    long all = 0;
    for (int i = 1; i < steps.size(); i++) {
      Codes before = solver.quantized(steps.get(i - 1)).codes();
      Codes after = solver.quantized(steps.get(i)).codes();
      long flips = 0;
      for (int k = 0; k < grouping.size(); k++) {
        long index = grouping.index(GROUP, k);
        flips += before.at(index) == after.at(index) ? 0 : 1;
      }
      assertEquals(flips, rings(frames.frames().get(i).marks()), "iteration " + i);
      all += flips;
    }
    assertTrue(all > 0, "the example flips no code");
  }

  private static long rings(List<Mark> marks) {
    return marks.stream()
        .filter(mark -> mark instanceof Symbol symbol && symbol.form() == Form.RING)
        .count();
  }

  @Test
  void oneBundleIsForEveryKindOfPage() {
    MimeBundle bundle = PlayerBundle.of(frames, Optional.empty());
    String html = String.valueOf(bundle.data().get("text/html"));
    assertTrue(html.length() < 150_000, "the page has " + html.length() + " characters");
    assertEquals(steps.size(), html.split("class=\"frame\"", -1).length - 1);
    assertEquals(steps.size(), html.split("<li>", -1).length - 1);
    assertTrue(html.contains("<script>") && !html.contains("src=\"http"), "a script of its own");
    assertTrue(html.contains("src=\"data:image/svg+xml;base64,"), "what untrusted pages show");
    assertTrue(bundle.data().containsKey("image/png"));
    assertTrue(String.valueOf(bundle.data().get("text/plain")).startsWith("Chart: HQQ on w, it"));
    assertFalse(bundle.data().containsKey("application/vnd.jupyter.widget-view+json"));
  }

  @Test
  void thePlayerStandsAtTheLastFrameAndTakesOthers() {
    FramePlayer player = PlayerBundle.player(frames);
    assertEquals(steps.size() - 1, player.at());
    Frames fewer = HqqFrames.of("HQQ on w", w, solver, steps.subList(0, 3), GROUP);
    PlayerBundle.replay(player, fewer);
    assertEquals(2, player.at());
    assertEquals(List.of("iteration 0", "iteration 1", "iteration 2"), player.value("titles"));
  }

  @Test
  void oneStepAloneIsDrawnToo() {
    Views.assertDrawn(HqqFrames.of("start", w, solver, steps.subList(0, 1), 0).last());
  }
}
