package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWQ's statistics and losses on the device, against core's search. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuAwqTest {

  private static final Awq THREE = new Awq(3, true);

  private final GpuDevice device = JCudaProbe.look().open(0);

  @BeforeEach
  void beAmpere() {
    StandIn.capability(80);
  }

  private static QuantSpec spec(int bits, int size, ZeroPoint zeros) {
    return new QuantSpec(Bits.of(bits), size, Axis.IN, zeros);
  }

  private void check(Matrix w, QuantSpec spec, Matrix x, Awq config) {
    AwqComparison both = AwqComparison.of(device, w, spec, x, config);
    String where = spec.label() + " " + both;
    assertTrue(both.worst() <= AwqComparison.LOSS, () -> both.worst() + " at " + where);
    assertTrue(both.lost() <= AwqComparison.CHOICE, () -> both.lost() + " at " + where);
    assertEquals(0, StandIn.used());
  }

  /** Every kernel for groups, on sides that fill no square, no patch and no step. */
  @ParameterizedTest
  @CsvSource({
    "4, 128, 35, 256, 70",
    "4, 64, 130, 192, 33",
    "3, 32, 5, 96, 17",
    "2, 7, 9, 63, 41",
    "8, 20, 3, 300, 50",
    "3, 0, 4, 264, 16"
  })
  void givesTheProcessorsLosses(int bits, int size, int rows, int columns, int tokens) {
    Matrix w = Gpu.gaussian(rows, columns, 0.05f, rows + columns);
    check(w, spec(bits, size, ZeroPoint.INTEGER), AwqComparison.inputs(tokens, columns), THREE);
  }

  @Test
  void roundsSymmetricallyWhereZerosAreTheMiddle() {
    Matrix w = Gpu.gaussian(20, 128, 0.05f, 2);
    check(w, spec(4, 64, ZeroPoint.SYMMETRIC), AwqComparison.inputs(40, 128), THREE);
  }

  @Test
  void choosesAmongTwentyRatiosAsTheProcessorDoes() {
    Matrix w = Gpu.gaussian(24, 64, 0.05f, 3);
    check(w, spec(3, 32, ZeroPoint.INTEGER), AwqComparison.inputs(64, 64), Awq.DEFAULT);
  }

  /** Parts of the tokens, and more than one band of patches. */
  @Test
  void addsUpWhatBlocksFoundOfTheirTokens() {
    StandIn.multiprocessors(4);
    Matrix w = Gpu.gaussian(3, 1280, 0.05f, 4);
    check(w, spec(4, 128, ZeroPoint.INTEGER), AwqComparison.inputs(70, 1280), new Awq(1, true));
  }

  /** Inputs and weights are scaled before they are rounded to half floats. */
  @ParameterizedTest
  @ValueSource(floats = {1e-8f, 1e8f})
  void takesValuesOfAnySize(float size) {
    Matrix x = AwqComparison.inputs(40, 64);
    Matrix w = Gpu.gaussian(16, 64, 0.05f, 5);
    for (long i = 0; i < x.size(); i++) {
      x.put(i, x.at(i) * size);
    }
    check(w, spec(4, 32, ZeroPoint.INTEGER), x, THREE);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, w.at(i) * Math.max(1e-2f, size)); // below 1e-5 AWQ's least range rounds all to 0
    }
    check(w, spec(4, 32, ZeroPoint.INTEGER), AwqComparison.inputs(40, 64), THREE);
  }

  /** Channels that no token drives, and one that dwarfs all others. */
  @Test
  void deadChannelsCostNothing() {
    Matrix x = AwqComparison.inputs(40, 96);
    for (long t = 0; t < x.rows(); t++) {
      x.set(t, 5, 0f);
      x.set(t, 64, 0f);
      x.set(t, 17, x.get(t, 17) * 1e4f);
    }
    check(Gpu.gaussian(16, 96, 0.05f, 6), spec(4, 32, ZeroPoint.INTEGER), x, THREE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 513})
  void salienceIsTheProcessors(int tokens) {
    Matrix x = AwqComparison.inputs(tokens, 45);
    try (GpuAwq gpu = new GpuAwq(device, x)) {
      assertArrayEquals(Activations.of(x).meanAbsolute(), gpu.salience(), 1e-6f);
    }
    assertEquals(0, StandIn.used());
  }

  @Test
  void everyRateIsMeasured() {
    List<CheckRow> rows = new AwqRates(device, true).all();
    assertEquals(
        List.of("awq's statistics and XᵀX", "awq's losses, 1 ratios", "awq search"),
        rows.stream().map(CheckRow::name).toList());
    List<CheckRow> search = new AwqSearchRates(Gpu.backend(), true).all();
    assertEquals("awq search through the link", search.getFirst().name());
    assertEquals(0, StandIn.used());
  }

  @Test
  void refusesOldDevicesAndOtherChannels() {
    Matrix x = AwqComparison.inputs(4, 64);
    try (GpuAwq gpu = new GpuAwq(device, x)) {
      List<ChannelScales> none = List.of(ChannelScales.ones(63));
      Matrix w = Matrix.zeros(2, 63);
      assertThrows(ShapeException.class, () -> gpu.losses(w, spec(4, 63, ZeroPoint.INTEGER), none));
    }
    StandIn.capability(75);
    assertEquals(
        "AWQ's losses on the GPU need sm_80 or newer, but this is sm_75",
        assertThrows(IllegalArgumentException.class, () -> new GpuAwq(device, x)).getMessage());
    assertEquals(List.of(), new AwqRates(device, true).all());
    assertEquals(List.of(), new AwqSearchRates(Gpu.backend(), true).all());
  }
}
