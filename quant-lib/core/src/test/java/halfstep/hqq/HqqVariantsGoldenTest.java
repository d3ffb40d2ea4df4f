package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import halfstep.testing.HqqUnpacking;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** hqq's other solvers and settings on the Gaussian matrix. */
class HqqVariantsGoldenTest {

  private static final Golden GOLDEN = Golden.open("hqq/variants");
  private static final Matrix W = GOLDEN.matrix("W");

  @ParameterizedTest
  @CsvSource({"v2,4", "v2,3", "v2,2", "slow,4", "slow,3", "slow,2", "lp1,4", "lp1,3", "lp1,2"})
  void equalsTheNamedSolver(String solver, int bits) {
    compare(solver, bits, named(solver));
  }

  /** p = 0.5 with β = 1: every residual lies in the dead zone, so l_p is inert here, too. */
  @ParameterizedTest
  @CsvSource({"4", "3", "2"})
  void equalsAnotherNorm(int bits) {
    compare("lp05b1", bits, new Hqq(0.5f, 1f, 40, EarlyStop.KEEP_LAST));
  }

  private static Hqq named(String solver) {
    return switch (solver) {
      case "v2" -> Hqq.V2;
      case "slow" -> Hqq.SLOW;
      case "lp1" -> new Hqq(1f, 10f, 20, EarlyStop.KEEP_LAST);
      default -> throw new IllegalArgumentException(solver);
    };
  }

  private static void compare(String solver, int bits, Hqq config) {
    String key = solver + ".b" + bits + ".";
    // These were called without the rounding of the start that goes with 4 bit.
    HqqSolver ours = HqqSolver.withFractionalStart(W, QuantSpec.of(bits, 64), config);
    HqqStep last = ours.result();
    compare("", key, ours.quantized(last));
    compare("fast path: ", key, HqqDirect.withFractionalStart(W, QuantSpec.of(bits, 64), config));
  }

  private static void compare(String path, String key, QuantizedMatrix ours) {
    double[] codes = GOLDEN.doubles(key + "wq");
    double different = 0;
    for (int i = 0; i < codes.length; i++) {
      different += ours.codes().at(i) == (int) codes[i] ? 0 : 1;
    }
    double[] zeros = GOLDEN.doubles(key + "zero");
    double worst = 0;
    for (int g = 0; g < zeros.length; g++) {
      double deviation = Math.abs(zeros[g] - ours.params().zero(g)) / Math.max(1, zeros[g]);
      worst = Math.max(worst, deviation);
    }
    String name = "hqq/variants " + key.substring(0, key.length() - 1);
    FidelityTable.row(name, path + "share of codes differing", 1e-4, different / codes.length);
    FidelityTable.row(name, path + "zeros / max(1, |z|)", 1e-4, worst);
  }

  @Test
  void ternaryEqualsTheLibrary() {
    QuantSpec spec = new QuantSpec(Bits.TERNARY, 64, halfstep.quant.Axis.IN, ZeroPoint.FLOAT);
    HqqSolver solver = new HqqSolver(W, spec, Hqq.LEGACY);
    QuantizedMatrix ours = solver.quantized(solver.result());
    int groups = (int) (W.size() / 64);
    int[] codes =
        HqqUnpacking.unpack(GOLDEN.doubles("opt.b1.58.a1.packed"), Bits.TERNARY, groups, 64);
    for (int i = 0; i < codes.length; i++) {
      assertEquals(codes[i], ours.codes().at(i), "code " + i);
    }
  }

  /** Zeros before and after each iteration, as the library moves them. */
  @Test
  void theTrajectoryIsTheLibrarys() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(2, 64), Hqq.LEGACY);
    List<HqqStep> steps = solver.steps().toList();
    double[] before = GOLDEN.doubles("traj.b2.a1.zero_in");
    double[] after = GOLDEN.doubles("traj.b2.a1.zero_out");
    int groups = (int) (W.size() / 64);
    double worst = 0;
    for (int k = 0; k < before.length / groups; k++) {
      for (int g = 0; g < groups; g++) {
        double in = Math.abs(before[k * groups + g] - steps.get(k).params().zero(g));
        double out = Math.abs(after[k * groups + g] - steps.get(k + 1).params().zero(g));
        worst = Math.max(worst, Math.max(in, out));
      }
    }
    FidelityTable.row("hqq/variants traj.b2.a1", "zeros, each iteration", 1e-5, worst);
  }
}
