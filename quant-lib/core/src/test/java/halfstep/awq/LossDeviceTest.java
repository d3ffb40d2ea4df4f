package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.backend.DeviceWork;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.ChannelScales;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.testing.OneKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a search does with a device that knows losses, by one that answers what it is told to. */
class LossDeviceTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 16).with(ZeroPoint.INTEGER);
  private static final Awq THREE = new Awq(3, true);
  private static final Matrix W = Examples.gaussian(24, 32, 0.05f, 1);
  private static final Matrix X = Examples.gaussian(40, 32, 1f, 2);

  /** A device with a canned answer, and the scales that it was asked about. */
  private static final class Canned implements LossDevice {
    private final Optional<double[]> answer;
    private final List<ChannelScales> asked = new ArrayList<>();

    Canned(double... losses) {
      this.answer = losses.length == 0 ? Optional.empty() : Optional.of(losses);
    }

    @Override
    public Optional<double[]> losses(
        Matrix w, QuantSpec spec, Matrix inputs, List<ChannelScales> scales) {
      assertEquals(W, w);
      assertEquals(SPEC, spec);
      asked.addAll(scales);
      return answer;
    }
  }

  private static AwqReport.Searched search(Inspected inspected) {
    return (AwqReport.Searched)
        AwqReport.search(
            List.of("down_proj"), List.of(W), SPEC, THREE, List.of(Activations.of(X)), inspected);
  }

  @Test
  void lossesAreTheDevicesAndScalesTheSearchs() {
    AwqReport.Searched here = search(Inspected.layer(X));
    Canned device = new Canned(3, 1, 2, 5);
    AwqReport.Searched there =
        OneKernel.work(LossDevice.class, device).call(() -> search(Inspected.layer(X)));
    assertEquals(4, device.asked.size());
    for (int i = 0; i < 3; i++) {
      AwqStep step = there.steps().get(i);
      assertEquals(i, step.index());
      assertEquals(here.steps().get(i).ratio(), step.ratio());
      float[] scales = here.steps().get(i).scales().toArray();
      assertArrayEquals(scales, step.scales().toArray());
      assertArrayEquals(scales, device.asked.get(i).toArray());
    }
    assertEquals(3, there.steps().size());
    assertEquals(1, there.best().index());
    assertEquals(1.0, there.best().outputMse());
    assertEquals(-1, there.identity().index());
    assertEquals(5.0, there.identity().outputMse());
    assertArrayEquals(ChannelScales.ones(32).toArray(), device.asked.getLast().toArray());
  }

  @Test
  void theIdentityIsTakenWhereTheDeviceFindsItBest() {
    AwqReport.Searched there =
        OneKernel.work(LossDevice.class, new Canned(3, 1, 2, 0.5))
            .call(() -> search(Inspected.layer(X)));
    assertEquals(there.identity(), there.best());
  }

  /** The inputs' Gram matrix, which refuses what is not finite, is not made beside the device. */
  @Test
  void theProcessorMeasuresNothingBesideADevice() {
    Matrix infinite = X.copy();
    infinite.put(0, Float.POSITIVE_INFINITY);
    Inspected layer = Inspected.layer(infinite);
    assertThrows(NonFiniteException.class, () -> search(layer));
    OneKernel.work(LossDevice.class, new Canned(3, 1, 2, 5)).call(() -> search(layer));
  }

  @Test
  void whatADeviceLeavesTheProcessorSearches() {
    Canned device = new Canned();
    AwqReport.Searched there =
        OneKernel.work(LossDevice.class, device).call(() -> search(Inspected.layer(X)));
    assertEquals(4, device.asked.size());
    assertSame(search(Inspected.layer(X)), there);
  }

  @Test
  void behindSomethingElseTheProcessorSearchesAndSaysSoOnce() {
    Inspected relu =
        weights -> {
          Matrix y = Matmul.timesTransposed(X, weights.getFirst());
          return y.combine(y, (a, b) -> Math.max(0, a));
        };
    Canned device = new Canned(3, 1, 2, 5);
    DeviceWork work = OneKernel.work(LossDevice.class, device);
    assertSame(search(relu), work.call(() -> search(relu)));
    work.call(() -> search(relu));
    assertEquals(List.of(), device.asked);
    assertEquals(
        List.of(
            "AWQ: scales that are judged behind an attention or an MLP were searched by the processor; of that search the GPU takes large products alone."),
        work.remarks());
  }

  private static void assertSame(AwqReport.Searched expected, AwqReport.Searched actual) {
    assertEquals(losses(expected), losses(actual));
    assertEquals(expected.best().index(), actual.best().index());
  }

  private static List<Double> losses(AwqReport.Searched report) {
    List<Double> losses = new ArrayList<>();
    report.steps().forEach(step -> losses.add(step.outputMse()));
    losses.add(report.identity().outputMse());
    return losses;
  }
}
