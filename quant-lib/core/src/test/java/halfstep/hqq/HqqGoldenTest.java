package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import halfstep.testing.HqqUnpacking;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The solver against hqq 0.2.8 on float32: codes, zeros, scales and the error per iteration. */
class HqqGoldenTest {

  private static final Pattern KEY =
      Pattern.compile("(.*?)b(\\d+)\\.g(\\d+|none)\\.a([01])\\.mae_per_iter");

  /** Codes may differ only where the unrounded value is this close to a half. */
  private static final double TIE = 1e-4;

  static Stream<String> files() {
    return Stream.of(
        "hqq/gauss",
        "hqq/student",
        "hqq/outlier_cols",
        "hqq/awkward",
        "hqq/gauss_half",
        "hqq/extra_legacy",
        "hqq/extra_head");
  }

  @ParameterizedTest
  @MethodSource("files")
  void equalsTheLibrary(String file) {
    Golden golden = Golden.open(file);
    Deviations worst = new Deviations();
    int cases = 0;
    for (String key : golden.keys()) {
      Matcher matcher = KEY.matcher(key);
      if (matcher.matches()) {
        compare(golden, matcher, worst);
        cases++;
      }
    }
    assertTrue(cases >= 10, "only " + cases + " cases in " + file);
    String name = file + " (" + cases + " cases)";
    FidelityTable.row(name, "share of codes differing", 1e-4, worst.codes);
    FidelityTable.row(name, "zeros / max(1, |z|)", 1e-4, worst.zeros);
    FidelityTable.row(name, "scales, relative", 1e-6, worst.scales);
    FidelityTable.row(name, "error per iteration", 1e-4, worst.errors);
    FidelityTable.row(name, "iterations", 0, worst.iterations);
    FidelityTable.row(name, "cases with a tie replayed", 1, worst.ties);
    FidelityTable.row(name, "fast path: share of codes differing", 1e-4, worst.fastCodes);
    FidelityTable.row(name, "fast path: zeros / max(1, |z|)", 1e-4, worst.fastZeros);
    FidelityTable.row(name, "fast path: scales, relative", 1e-6, worst.fastScales);
  }

  /** The successor's vectors were made by its own default. */
  private static Hqq config(Golden golden) {
    return golden.name().endsWith("head") ? Hqq.HEAD : Hqq.LEGACY;
  }

  private static final class Deviations {
    double codes;
    double zeros;
    double scales;
    double errors;
    double iterations;
    double ties;
    double fastCodes;
    double fastZeros;
    double fastScales;
  }

  private static void compare(Golden golden, Matcher key, Deviations worst) {
    String prefix = key.group().substring(0, key.group().length() - "mae_per_iter".length());
    Matrix w = golden.matrix(key.group(1) + "W");
    int group = key.group(3).equals("none") ? QuantSpec.WHOLE : Integer.parseInt(key.group(3));
    Axis axis = Axis.of(Integer.parseInt(key.group(4)));
    QuantSpec spec = new QuantSpec(Bits.of(key.group(2)), group, axis, ZeroPoint.FLOAT);
    HqqSolver solver = new HqqSolver(w, spec, config(golden));
    List<HqqStep> steps = solver.steps().toList();

    double[] errors = golden.doubles(prefix + "mae_per_iter");
    int iterations = steps.size() - 1;
    if (iterations != errors.length && !equalAtTheEnd(errors)) {
      worst.iterations = Math.max(worst.iterations, Math.abs(iterations - errors.length));
    }
    HqqStep last = steps.getLast();
    double[] zeros = golden.doubles(prefix + "zero");
    double[] ourErrors = new double[Math.min(errors.length, iterations)];
    float[] ourZeros = new float[zeros.length];
    for (int i = 0; i < ourErrors.length; i++) {
      ourErrors[i] = steps.get(i).meanAbsError();
    }
    for (int g = 0; g < ourZeros.length; g++) {
      ourZeros[g] = last.params().zero(g);
    }
    boolean[] tied = new boolean[zeros.length];
    Numbers numbers = new Numbers(ourErrors, errors, ourZeros, zeros);
    if (!numbers.agree()) {
      worst.ties++;
      TieReplay replay = new TieReplay(solver, w, steps.getFirst(), iterations);
      tied[takeTheOtherWay(replay, w.size(), numbers)] = true;
    }
    worst.errors = Math.max(worst.errors, worst(ourErrors, errors));
    worst.zeros = Math.max(worst.zeros, worst(ourZeros, zeros));
    double[] scales = golden.doubles(prefix + "scale");
    worst.scales = Math.max(worst.scales, worstScale(scales, last.params()));
    double codes = codesDiffering(golden, prefix, solver.quantized(last), w, tied);
    worst.codes = Math.max(worst.codes, codes);

    QuantizedMatrix fast = HqqDirect.quantize(w, spec, config(golden));
    worst.fastScales = Math.max(worst.fastScales, worstScale(scales, fast.params()));
    double fastCodes = codesDiffering(golden, prefix, fast, w, tied);
    worst.fastCodes = Math.max(worst.fastCodes, fastCodes);
    for (int g = 0; g < ourZeros.length; g++) {
      ourZeros[g] = tied[g] ? (float) zeros[g] : fast.params().zero(g);
    }
    worst.fastZeros = Math.max(worst.fastZeros, worst(ourZeros, zeros));
  }

  /** The library stops on float32 means; once they are equal to 1e-6 the count is noise. */
  private static boolean equalAtTheEnd(double[] errors) {
    int n = errors.length;
    return n > 1 && Math.abs(errors[n - 1] - errors[n - 2]) / errors[n - 1] < 1e-6;
  }

  /** Our numbers of one case beside the library's. */
  private record Numbers(double[] ourErrors, double[] errors, float[] ourZeros, double[] zeros) {
    boolean agree() {
      return worst(ourErrors, errors) <= 1e-4 && worst(ourZeros, zeros) <= 1e-4;
    }
  }

  /** Finds the ties in one group that explain a difference, applies them, returns the group. */
  private static int takeTheOtherWay(TieReplay replay, long size, Numbers numbers) {
    for (int group = 0; group < numbers.zeros().length; group++) {
      if (explains(replay, size, numbers, group, List.of())) {
        return group;
      }
    }
    throw new AssertionError("no ties in a single group explain the difference");
  }

  private static boolean explains(
      TieReplay replay, long size, Numbers numbers, int group, List<TieReplay.Tie> flipped) {
    if (flipped.size() == 3) {
      return false;
    }
    TieReplay.Run before = replay.run(group, List.of());
    for (TieReplay.Tie tie : replay.ties(group, flipped)) {
      List<TieReplay.Tie> flips = new ArrayList<>(flipped);
      flips.add(tie);
      TieReplay.Run after = replay.run(group, flips);
      double[] errors = numbers.ourErrors().clone();
      for (int i = 0; i < errors.length; i++) {
        errors[i] += (after.errors()[i] - before.errors()[i]) / size;
      }
      float[] zeros = numbers.ourZeros().clone();
      zeros[group] = after.zeros()[after.zeros().length - 1];
      if (new Numbers(errors, numbers.errors(), zeros, numbers.zeros()).agree()) {
        System.arraycopy(errors, 0, numbers.ourErrors(), 0, errors.length);
        System.arraycopy(zeros, 0, numbers.ourZeros(), 0, zeros.length);
        return true;
      }
      if (explains(replay, size, numbers, group, flips)) {
        return true;
      }
    }
    return false;
  }

  private static double worst(double[] ours, double[] errors) {
    double worst = 0;
    for (int i = 0; i < ours.length; i++) {
      worst = Math.max(worst, Math.abs(ours[i] - errors[i]) / errors[i]);
    }
    return worst;
  }

  private static double worst(float[] ours, double[] zeros) {
    double worst = 0;
    for (int g = 0; g < ours.length; g++) {
      worst = Math.max(worst, Math.abs(ours[g] - zeros[g]) / Math.max(1, Math.abs(zeros[g])));
    }
    return worst;
  }

  private static double worstScale(double[] scales, GroupParams ours) {
    double worst = 0;
    for (int g = 0; g < scales.length; g++) {
      worst = Math.max(worst, Math.abs(ours.scale(g) - scales[g]) / scales[g]);
    }
    return worst;
  }

  /** The share of codes that differ; each must lie near a tie, or in a group whose tie is known. */
  private static double codesDiffering(
      Golden golden, String key, QuantizedMatrix ours, Matrix w, boolean[] tied) {
    QuantSpec spec = ours.spec();
    int[] expected = expectedCodes(golden, key, spec, w);
    long different = 0;
    for (int i = 0; i < expected.length; i++) {
      if (ours.codes().at(i) != expected[i]) {
        different++;
        int group = (int) spec.grouping(w.shape()).groupOf(i);
        double exact = w.at(i) / ours.params().scale(group) + ours.params().zero(group);
        double tie = Math.abs(exact - Math.floor(exact) - 0.5);
        assertTrue(
            tied[group] || tie < TIE,
            key + "codes[" + i + "] differs and is " + tie + " from a tie");
      }
    }
    return (double) different / expected.length;
  }

  private static int[] expectedCodes(Golden golden, String key, QuantSpec spec, Matrix w) {
    if (golden.keys().contains(key + "codes")) {
      double[] codes = golden.doubles(key + "codes");
      int[] whole = new int[codes.length];
      for (int i = 0; i < whole.length; i++) {
        whole[i] = (int) codes[i];
      }
      return whole;
    }
    int size = spec.grouping(w.shape()).size();
    int groups = (int) (w.size() / size);
    boolean down = spec.axis() == Axis.OUT;
    return HqqUnpacking.unpack(
        golden.doubles(key + "packed"), spec.bits(), down ? size : groups, down ? groups : size);
  }
}
