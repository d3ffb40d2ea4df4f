package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import halfstep.backend.DeviceWork;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.testing.OneKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a clip search does with a device that tries limits, by one that answers what it is told. */
class ClipDeviceTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 16).with(ZeroPoint.INTEGER);
  private static final Matrix W = Examples.gaussian(24, 32, 0.05f, 1);
  private static final Matrix X = Examples.gaussian(40, 32, 1f, 2);

  private final AwqClipSearch search = new AwqClipSearch(W, SPEC, X);

  /** A device with a canned answer, and the matrices that it was asked with. */
  private static final class Canned implements ClipDevice {
    private final Optional<List<ClipStep>> answer;
    private final List<Matrix> asked = new ArrayList<>();

    Canned(Optional<List<ClipStep>> answer) {
      this.answer = answer;
    }

    @Override
    public Optional<List<ClipStep>> steps(
        Matrix w, QuantSpec spec, List<Matrix> grams, ClipGrid grid) {
      assertSame(W, w);
      assertEquals(SPEC, spec);
      assertEquals(ClipGrid.DEFAULT, grid);
      asked.addAll(grams);
      return answer;
    }
  }

  @Test
  void stepsAreTheDevices() {
    List<ClipStep> two = List.of(search.step(0), search.step(5));
    Canned device = new Canned(Optional.of(two));
    DeviceWork work = OneKernel.work(ClipDevice.class, device);
    assertEquals(two, work.call(search::all));
    assertEquals(search.best(two).toString(), work.call(search::best).toString());
  }

  /** XᵀX / tokens of the first group's channels. */
  @Test
  void gramsAreThoseOfEachGroupsChannels() {
    Canned device = new Canned(Optional.of(List.of()));
    OneKernel.work(ClipDevice.class, device).call(search::all);
    assertEquals(2, device.asked.size());
    Matrix gram = device.asked.getFirst();
    assertEquals(new Shape(16, 16), gram.shape());
    double expected = 0;
    for (int t = 0; t < 40; t++) {
      expected += (double) X.get(t, 3) * X.get(t, 5) / 40;
    }
    assertEquals(expected, gram.get(3, 5), 1e-6);
    assertEquals(gram.get(3, 5), gram.get(5, 3));
  }

  @Test
  void whatADeviceLeavesTheProcessorTries() {
    Canned device = new Canned(Optional.empty());
    List<ClipStep> there = OneKernel.work(ClipDevice.class, device).call(search::all);
    assertEquals(10, there.size());
    assertEquals(2, device.asked.size());
    List<ClipStep> here = search.all();
    for (int i = 0; i < 10; i++) {
      assertEquals(-1, here.get(i).errors().segment().mismatch(there.get(i).errors().segment()));
    }
  }
}
