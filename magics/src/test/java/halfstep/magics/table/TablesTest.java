package halfstep.magics.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.BetaRule;
import halfstep.quant.EarlyStop;
import halfstep.quant.Gptq;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.Table;

class TablesTest {

  private static List<HqqStep> steps() {
    Matrix w = Matrix.zeros(4, 64);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) Math.sin(i * i));
    }
    return new HqqSolver(w, QuantSpec.of(3, 64), Hqq.DEFAULT).steps().toList();
  }

  @Test
  void hqqTableHoldsTheStepsNumbers() {
    List<HqqStep> steps = steps();
    Table table = HqqTables.steps("w", steps);
    assertEquals(steps.size(), table.rowCount());
    for (int i = 0; i < steps.size(); i++) {
      HqqStep step = steps.get(i);
      assertEquals(step.index(), table.longColumn("iteration").get(i).intValue());
      assertEquals(step.meanAbsError(), table.doubleColumn("mean |w − ŵ|").getDouble(i));
      assertEquals(step.beta(), table.doubleColumn("β").getDouble(i));
      assertEquals(step.meanSquareError(), table.doubleColumn("mean (w − ŵ)²").getDouble(i));
      assertEquals(step.meanLpError(), table.doubleColumn("mean |w − ŵ|^p").getDouble(i));
      assertEquals(step.zeroShift(), table.doubleColumn("zero shift").getDouble(i));
      assertEquals(step.codesChanged(), table.longColumn("codes changed").getLong(i));
      assertEquals(step.shrinkActive(), table.doubleColumn("over threshold").getDouble(i));
    }
  }

  @Test
  void severalWalksAreToldApart() {
    Map<String, List<HqqStep>> walks = new LinkedHashMap<>();
    walks.put("a", steps());
    walks.put("b", steps().subList(0, 2));
    Table table = HqqTables.walks("layer", walks);
    assertEquals(steps().size() + 2, table.rowCount());
    assertEquals("b", table.stringColumn("layer").get(table.rowCount() - 1));
  }

  @Test
  void channelsAreSortedByStrength() {
    Salience salience = Salience.of(Activations.of(Matrix.of(1, 4, 1f, -8f, 2f, 4f)));
    Table table = AwqTables.channels(salience, 3);
    assertEquals(List.of(1L, 3L, 2L), table.longColumn("channel").asList());
    assertEquals(8.0, table.doubleColumn("mean |x|").getDouble(0));
  }

  @Test
  void benchShowsOutputErrorOnlyWhereItWasMeasured() {
    List<LayerError> errors = new ArrayList<>();
    errors.add(error("a", ZeroPoint.FLOAT, OptionalDouble.of(0.5)));
    errors.add(error("a", ZeroPoint.INTEGER, OptionalDouble.of(0.25)));
    Table all = BenchTables.layers(errors, name -> name);
    assertEquals(
        List.of("rtn float zero", "rtn integer zero"), all.stringColumn("method").asList());
    assertEquals(0.25, all.doubleColumn("output error").getDouble(1));
    Table overview = BenchTables.overview(errors, name -> name);
    assertEquals(1, overview.rowCount());
    assertEquals(0.5, overview.doubleColumn("rtn float zero").getDouble(0));
    assertEquals("3.50", overview.stringColumn("bits/weight").get(0));
    Table bare =
        BenchTables.layers(
            List.of(error("a", ZeroPoint.FLOAT, OptionalDouble.empty())), name -> name);
    assertEquals(-1, bare.columnNames().indexOf("output error"));
  }

  @Test
  void labelsTellVariantsApart() {
    HqqOptions auto = HqqOptions.LIBRARY.with(BetaRule.PerStep.DEFAULT);
    assertEquals("hqq", MethodLabel.of(Hqq.LEGACY, ZeroPoint.FLOAT));
    assertEquals("hqq head", MethodLabel.of(Hqq.HEAD, ZeroPoint.FLOAT));
    assertEquals("hqq v2, β auto 0.25", MethodLabel.of(Hqq.V2.with(auto), ZeroPoint.FLOAT));
    assertEquals("hqq slow", MethodLabel.of(Hqq.SLOW, ZeroPoint.FLOAT));
    Hqq other = new Hqq(0.5f, 10f, 20, EarlyStop.OFF);
    assertEquals("hqq with other parameters", MethodLabel.of(other, ZeroPoint.FLOAT));
    assertEquals("awq+rtn symmetric", MethodLabel.of(new AwqThen(new Rtn()), ZeroPoint.SYMMETRIC));
    assertEquals(
        "gptq act-order static symmetric mse",
        MethodLabel.of(new Gptq(128, 0.01, true, true, true, true), ZeroPoint.SYMMETRIC));
  }

  private static LayerError error(String layer, ZeroPoint zero, OptionalDouble output) {
    return new LayerError(
        layer,
        new Shape(64, 64),
        new Rtn(),
        QuantSpec.of(3, 64).with(zero),
        3.5,
        new ErrorMetrics(0.1, 0.02, 0.3, 0.4, 8, 0.99),
        output);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.0012344, 1.234e-3",
    "12.5, 1.250e1",
    "2.5, 2.500",
    "123400000000, 1.234e11"
  })
  void errorsHaveFourDigits(double x, String text) {
    assertEquals(text, NumberText.SCIENTIFIC.format(x));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 %", "0.5, 50.0 %", "0.00001, 0.0010 %", "1, 100.0 %"})
  void sharesArePercentages(double x, String text) {
    assertEquals(text, NumberText.PERCENT.format(x));
  }

  @Test
  void wholeNumbersAreGrouped() {
    assertEquals("1\u202f246\u202f592", NumberText.WHOLE.format(1_246_592L));
    assertEquals("0.05", NumberText.plain(0.05));
    assertEquals("", NumberText.SCIENTIFIC.format(Double.NaN));
  }
}
