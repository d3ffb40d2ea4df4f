package halfstep.lab.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Windowing;
import halfstep.lab.Fixture;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.ThreadCounts;
import halfstep.lab.Verdict.Outcome;
import halfstep.lab.baseline.EqualBits.Point;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTest {

  /**
   * KL 16 at 2 bits and 1 at 4: on the straight line in log KL it is 4 at 3 bits. The same in every
   * window, so that resampling changes nothing.
   */
  @Test
  void theOtherMethodsKlLiesOnALineInLogKl() {
    Point first = new Point(3, new double[] {3, 3, 3});
    Point below = new Point(2, new double[] {16, 16, 16});
    Point above = new Point(4, new double[] {1, 1, 1});
    EqualBits equal = EqualBits.compare("ls 3 bit", "awq", List.of(first, below, above), 1);
    assertEquals(3, equal.firstKl());
    assertEquals(4, equal.secondKl(), 1e-12);
    assertEquals(-0.25, equal.ratio(), 1e-12);
    assertEquals(-0.25, equal.low(), 1e-12);
    assertEquals(-0.25, equal.high(), 1e-12);
    assertEquals(
        "ls 3 bit beside awq at 3.000 bits per weight: KL 3.0000 beside 4.0000, -25.0 % [-25.0, -25.0] over 3 windows",
        equal.toString());
  }

  private static List<Solver> solvers() {
    List<Solver> solvers = new ArrayList<>();
    for (int bits : new int[] {2, 3, 4}) {
      QuantSpec floats = QuantSpec.of(bits, 32);
      for (QuantMethod method : List.of(Hqq.DEFAULT, LeastSquares.DEFAULT, new Awq(3, true))) {
        solvers.add(new Solver(method, method.fitted(floats)));
      }
      solvers.add(new Solver(new Rtn(), floats.with(ZeroPoint.INTEGER)));
    }
    return solvers;
  }

  private static Ladder climb() {
    return new LadderStudy(Fixture.model(), solvers(), Fixture.calibration())
        .run(Fixture.text(), Windowing.papers(Fixture.CTX), rung -> {}, LabProgress.NONE);
  }

  @Test
  void leastSquaresStandsBesideBothAnchorsWhereTheirLinesReach() {
    Ladder ladder = climb();
    assertEquals(12, ladder.rungs().size());
    List<EqualBits> equal = ladder.againstAnchors(1);
    // hqq costs the same bits at every width; awq's line ends below the 4 bits of least squares
    assertEquals(3, equal.stream().filter(one -> one.second().equals("hqq")).count());
    assertEquals(2, equal.stream().filter(one -> one.second().equals("awq")).count());
    EqualBits two =
        equal.stream().filter(one -> one.second().equals("hqq")).findFirst().orElseThrow();
    Rung hqq = ladder.rungs().getFirst();
    assertEquals(hqq.kl(), two.secondKl(), 1e-9 * hqq.kl(), "at a width of its own, its own KL");
    assertTrue(two.low() <= two.ratio() && two.ratio() <= two.high(), two.toString());
    assertEquals(Outcome.FAILS, ladder.threeBitHqqBeatsFourBitRounding(1).orElseThrow().outcome());
  }

  @Test
  void figuresDoNotDependOnTheNumberOfThreads() {
    ThreadCounts.assertSame(Printed.class);
  }

  /** Prints the figures of a run, bit for bit. */
  static final class Printed {
    public static void main(String[] arguments) {
      Ladder ladder = climb();
      ladder.rungs().forEach(rung -> System.out.println(Double.toHexString(rung.kl())));
      ladder.againstAnchors(1).forEach(System.out::println);
    }
  }
}
