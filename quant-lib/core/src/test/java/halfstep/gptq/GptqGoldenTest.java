package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The solver against the authors' code on float32: Hessian, grids, weights, loss, output error. */
class GptqGoldenTest {

  private static final Golden SOLVER = Golden.open("gptq/solver");
  private static final Golden WIDE = Golden.open("gptq/wide");
  private static final Pattern MSE =
      Pattern.compile(
          "\"key\\\\?\": \\\\?\"([^\"\\\\]+)\\\\?\", \\\\?\"mse_out\\\\?\": ([-\\d.e]+)");

  /** What a case deviates by; the worst of several is kept. */
  private static final class Worst {
    double weights;
    double scales;
    double zeros;
    double output;
    double loss;
    int cases;
  }

  private static Hessian narrowHessian() {
    Matrix x = SOLVER.matrix("X");
    Hessian hessian = new Hessian(128);
    hessian.add(x.rows(0, 128), 1);
    hessian.add(x.rows(128, 256), 1);
    return hessian;
  }

  private static Hessian wideHessian() {
    Matrix x = WIDE.matrix("X");
    Hessian hessian = new Hessian(320);
    hessian.add(x.rows(0, 64), 1);
    hessian.add(x.rows(64, 192), 2);
    hessian.add(x.rows(192, 320), 2);
    return hessian;
  }

  @Test
  void theStreamedHessianIsTheReferences() {
    double narrow = relative(narrowHessian().matrix(), SOLVER.matrix("b4.g32.asym/H"));
    double wide = relative(wideHessian().matrix(), WIDE.matrix("H"));
    FidelityTable.row("gptq/solver", "H, relative Frobenius", 1e-5, narrow);
    FidelityTable.row("gptq/wide", "H, relative Frobenius", 1e-5, wide);
  }

  private static double relative(Matrix ours, Matrix expected) {
    return ErrorMetrics.between(expected, ours).relativeFrobenius();
  }

  @Test
  void equalsTheReferenceInOneBlock() {
    Worst worst = new Worst();
    Matcher results = MSE.matcher(SOLVER.header());
    while (results.find()) {
      String key = results.group(1);
      String[] parts = key.split("[.]");
      Gptq config =
          Gptq.DEFAULT
              .withSymmetric(parts[2].equals("sym"))
              .withActOrder(key.contains(".act"))
              .withStaticGroups(key.contains(".static"));
      GptqSolver solver = new GptqSolver(SOLVER.matrix("W"), spec(parts), config, narrowHessian());
      QuantizedMatrix ours = solver.result();
      compare(SOLVER, key + "/", ours, "_in_call_order", worst);
      double mse = outputMse(SOLVER, ours);
      double expected = Double.parseDouble(results.group(2));
      worst.output = Math.max(worst.output, Math.abs(mse - expected) / expected);
    }
    assertEquals(7, worst.cases);
    report("gptq/solver (7 cases)", worst);
    FidelityTable.row("gptq/solver (7 cases)", "output MSE, relative", 1e-2, worst.output);
  }

  /** Several blocks, groups that straddle them, the mse grid, block sizes 1 and 48. */
  @Test
  void equalsTheReferenceInManyBlocks() {
    Worst worst = new Worst();
    for (String key : new TreeSet<>(WIDE.keys())) {
      if (key.endsWith("/Wq")) {
        String[] parts = key.replace("/Wq", "").split("[.]");
        Gptq config =
            Gptq.DEFAULT
                .withSymmetric(parts[2].equals("sym"))
                .withMse(parts[3].equals("mse"))
                .withActOrder(parts[4].equals("act"))
                .withStaticGroups(parts[5].equals("static"))
                .withBlockSize(Integer.parseInt(parts[6].replace("block", "")));
        GptqSolver solver = new GptqSolver(WIDE.matrix("W"), spec(parts), config, wideHessian());
        List<GptqStep> steps = solver.steps().toList();
        QuantizedMatrix ours = solver.quantized(steps);
        String prefix = key.replace("Wq", "");
        compare(WIDE, prefix, ours, "", worst);
        double loss = WIDE.doubles(prefix + "loss")[0];
        double deviation = Math.abs(steps.getLast().totalLoss() - loss) / loss;
        worst.loss = Math.max(worst.loss, deviation);
      }
    }
    assertEquals(10, worst.cases);
    report("gptq/wide (10 cases)", worst);
    FidelityTable.row("gptq/wide (10 cases)", "loss, relative", 1e-2, worst.loss);
  }

  private static QuantSpec spec(String[] parts) {
    String group = parts[1].substring(1);
    int size =
        group.equals("-1") || group.equals("none") ? QuantSpec.WHOLE : Integer.parseInt(group);
    return QuantSpec.of(Integer.parseInt(parts[0].substring(1)), size).with(ZeroPoint.INTEGER);
  }

  private static void compare(
      Golden golden, String prefix, QuantizedMatrix ours, String suffix, Worst worst) {
    float[] expected = golden.floats(prefix + "Wq");
    Matrix weights = ours.dequantized();
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      different += Math.abs(weights.at(i) - expected[i]) <= 1e-5 ? 0 : 1;
    }
    worst.weights = Math.max(worst.weights, (double) different / expected.length);
    float[] scales = golden.floats(prefix + "scales" + suffix);
    float[] zeros = golden.floats(prefix + "zeros" + suffix);
    int rows = (int) ours.shape().rows();
    int groups = scales.length / rows;
    int zerosDiffering = 0;
    for (int g = 0; g < groups; g++) {
      for (int r = 0; r < rows; r++) {
        float scale = ours.params().scales().get(r, g);
        float s = scales[g * rows + r];
        worst.scales = Math.max(worst.scales, Math.abs(scale - s) / s);
        zerosDiffering += ours.params().zeros().get(r, g) == zeros[g * rows + r] ? 0 : 1;
      }
    }
    worst.zeros = Math.max(worst.zeros, (double) zerosDiffering / zeros.length);
    worst.cases++;
  }

  private static double outputMse(Golden golden, QuantizedMatrix ours) {
    Matrix difference = ours.dequantized().combine(golden.matrix("W"), (a, b) -> a - b);
    Matrix output = Matmul.timesTransposed(golden.matrix("X"), difference);
    double sum = 0;
    for (long i = 0; i < output.size(); i++) {
      sum += (double) output.at(i) * output.at(i);
    }
    return sum / output.size();
  }

  private static void report(String name, Worst worst) {
    FidelityTable.row(name, "share of ŵ beyond 1e-5", 0.02, worst.weights);
    FidelityTable.row(name, "scales, relative", 1e-4, worst.scales);
    FidelityTable.row(name, "share of zeros differing", 0.02, worst.zeros);
  }
}
