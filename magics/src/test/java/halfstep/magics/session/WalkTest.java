package halfstep.magics.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WalkTest {

  private static final QuantSpec SPEC = QuantSpec.of(2, 64);
  private final Matrix weights = heavyTailed();

  private static Matrix heavyTailed() {
    Random random = new Random(1);
    Matrix matrix = Matrix.zeros(32, 128);
    for (long i = 0; i < matrix.size(); i++) {
      double x = random.nextGaussian();
      matrix.put(i, (float) (0.02 * x * x * x));
    }
    return matrix;
  }

  private Walk walk(Hqq config) {
    return new Walk("w", weights, SPEC, config);
  }

  private static void assertSame(HqqStep expected, HqqStep actual) {
    assertEquals(expected.index(), actual.index());
    assertEquals(expected.meanAbsError(), actual.meanAbsError());
    assertEquals(expected.codesChanged(), actual.codesChanged());
    for (long group = 0; group < expected.params().groups(); group++) {
      assertEquals(expected.params().zero(group), actual.params().zero(group));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPlaceIsAFreshSolversState(EarlyStop rule) {
    Hqq config = new Hqq(0.7f, 10f, 20, rule);
    List<HqqStep> fresh = new HqqSolver(weights, SPEC, config).steps().toList();
    Walk walk = walk(config);
    assertSame(fresh.getFirst(), walk.current());
    walk.goTo(3);
    assertSame(fresh.get(3), walk.current());
    walk.goTo(1);
    assertSame(fresh.get(1), walk.current());
    walk.goTo(2);
    assertSame(fresh.get(2), walk.current());
    assertFalse(walk.atEnd());
    walk.goTo(1000);
    assertSame(fresh.getLast(), walk.current());
    assertEquals(fresh.size(), walk.shown().size());
    assertTrue(walk.atEnd());
  }

  @Test
  void allStepsDoNotMoveTheReader() {
    Walk walk = walk(Hqq.DEFAULT);
    walk.goTo(2);
    assertEquals(
        new HqqSolver(weights, SPEC, Hqq.DEFAULT).steps().count(), (long) walk.all().size());
    assertEquals(2, walk.position());
  }

  @Test
  void anInterruptLosesNothing() {
    Walk walk = walk(Hqq.DEFAULT);
    walk.goTo(2);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedWork.class, () -> walk.goTo(4));
    assertTrue(Thread.interrupted());
    assertEquals(2, walk.position());
    walk.goTo(4);
    assertSame(new HqqSolver(weights, SPEC, Hqq.DEFAULT).steps().toList().get(4), walk.current());
  }

  @Test
  void looksAtTheGroupThatMovedMostUnlessTold() {
    Walk walk = walk(Hqq.DEFAULT);
    assertEquals(0, walk.watched());
    walk.goTo(3);
    HqqStep start = walk.shown().getFirst();
    float most = 0;
    for (long group = 0; group < start.params().groups(); group++) {
      most =
          Math.max(
              most, Math.abs(walk.current().params().zero(group) - start.params().zero(group)));
    }
    long watched = walk.watched();
    assertEquals(
        most, Math.abs(walk.current().params().zero(watched) - start.params().zero(watched)));
    walk.watch(5);
    assertEquals(5, walk.watched());
    assertEquals(
        "there is no group 64; w has groups 0 to 63",
        assertThrows(NotFoundException.class, () -> walk.watch(64)).getMessage());
  }
}
