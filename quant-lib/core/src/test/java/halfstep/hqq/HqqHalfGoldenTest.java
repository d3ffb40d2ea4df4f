package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.HqqArithmetic;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Half precision, against hqq's own code run in float16 as it runs on CUDA. */
class HqqHalfGoldenTest {

  private static final Pattern KEY =
      Pattern.compile("(gauss|sigma1)\\.b(\\d)\\.g64\\.a(\\d)\\.mae_per_iter");
  private static final Hqq HALF = Hqq.LEGACY.with(HqqOptions.LIBRARY.with(HqqArithmetic.HALF));
  private static final Matrix GAUSS = Golden.open("hqq/gauss").matrix("W");

  private static final class Deviations {
    int cases;
    double errors;
    double iterations;
    double scales;
    double zeros;
    double codes;
  }

  @Test
  void equalsTheLibraryInFloat16() {
    Golden golden = Golden.open("hqq/half");
    Deviations worst = new Deviations();
    golden.keys().stream()
        .map(KEY::matcher)
        .filter(Matcher::matches)
        .forEach(key -> compare(golden, key, worst));
    assertEquals(16, worst.cases);
    // the unit in the last place of float16 is 1e-3; it decides where a sum's order or 1/x·n for
    // n/x
    // lies at a tie: one scale of 4096, some zeros where the shrinkage acts
    FidelityTable.row("hqq/half (16 cases)", "iterations", 0, worst.iterations);
    FidelityTable.row("hqq/half (16 cases)", "error per iteration", 0, worst.errors);
    FidelityTable.row("hqq/half (16 cases)", "scales, relative", 1e-3, worst.scales);
    FidelityTable.row("hqq/half (16 cases)", "zeros / max(1, |z|)", 5e-3, worst.zeros);
    FidelityTable.row("hqq/half (16 cases)", "share of codes differing", 2e-4, worst.codes);
  }

  private static void compare(Golden golden, Matcher key, Deviations worst) {
    String prefix = key.group().substring(0, key.group().length() - "mae_per_iter".length());
    Matrix w = key.group(1).equals("gauss") ? GAUSS : times(GAUSS, 50);
    QuantSpec spec =
        new QuantSpec(
            Bits.of(key.group(2)), 64, Axis.of(Integer.parseInt(key.group(3))), ZeroPoint.FLOAT);
    HqqSolver solver = new HqqSolver(w, spec, HALF);
    List<HqqStep> steps = solver.steps().toList();
    double[] errors = golden.doubles(prefix + "mae_per_iter");
    worst.iterations = Math.max(worst.iterations, Math.abs(steps.size() - 1 - errors.length));
    for (int i = 0; i < Math.min(errors.length, steps.size()); i++) {
      worst.errors = worse(worst.errors, steps.get(i).meanAbsError(), errors[i], errors[i]);
    }
    QuantizedMatrix ours = solver.quantized(steps.getLast());
    double[] scales = golden.doubles(prefix + "scale");
    double[] zeros = golden.doubles(prefix + "zero");
    for (int g = 0; g < scales.length; g++) {
      worst.scales = worse(worst.scales, ours.params().scale(g), scales[g], scales[g]);
      double size = Math.max(1, Math.abs(zeros[g]));
      worst.zeros = worse(worst.zeros, ours.params().zero(g), zeros[g], size);
    }
    double[] codes = golden.doubles(prefix + "codes");
    long different = 0;
    for (int i = 0; i < codes.length; i++) {
      different += ours.codes().at(i) == codes[i] ? 0 : 1;
    }
    worst.codes = Math.max(worst.codes, (double) different / codes.length);
    worst.cases++;
  }

  private static double worse(double before, double ours, double theirs, double size) {
    return Math.max(before, Math.abs(ours - theirs) / size);
  }

  private static Matrix times(Matrix w, float factor) {
    Matrix scaled = Matrix.zeros(w.rows(), w.cols());
    for (long i = 0; i < w.size(); i++) {
      scaled.put(i, w.at(i) * factor);
    }
    return scaled;
  }

  @Test
  void isAnotherResultThanFloat32() {
    QuantSpec spec = QuantSpec.of(8, 64);
    HqqSolver half = new HqqSolver(GAUSS, spec, HALF);
    HqqSolver single = new HqqSolver(GAUSS, spec, Hqq.LEGACY);
    QuantizedMatrix a = half.quantized(half.result());
    QuantizedMatrix b = single.quantized(single.result());
    long different = 0;
    for (long i = 0; i < GAUSS.size(); i++) {
      different += a.codes().at(i) == b.codes().at(i) ? 0 : 1;
    }
    assertTrue(different > GAUSS.size() / 100, "only " + different + " codes differ");
  }

  @Test
  void refusesWhatHalfPrecisionCannotHold() {
    Matrix large = times(GAUSS, 1e7f);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new HqqSolver(large, QuantSpec.of(4, 64), HALF));
    assertTrue(String.valueOf(e.getMessage()).startsWith("half precision holds numbers up to"));
  }
}
