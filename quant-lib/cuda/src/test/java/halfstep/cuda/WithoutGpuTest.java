package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import halfstep.backend.DeviceChoice;
import halfstep.backend.DeviceWork;
import halfstep.backend.Devices;
import halfstep.backend.MissingDeviceException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users without a GPU see; skipped where there is one. */
class WithoutGpuTest {

  @BeforeEach
  void requireNoGpu() {
    assumeFalse(new CudaProvider().obstacle(0).isEmpty(), "there is a GPU");
  }

  @Test
  void theProviderIsFoundAndSaysInOneSentenceWhyNot() {
    assertEquals(List.of("cpu", "auto", "cuda"), Devices.names());
    assertEquals(List.of(), Devices.available());
    String obstacle = Devices.obstacles().getFirst();
    assertTrue(obstacle.startsWith("cuda: "), obstacle);
    assertFalse(obstacle.contains("\n"), obstacle);
    assertTrue(obstacle.length() < 200, obstacle);
  }

  @Test
  void askingForCudaExplainsItself() {
    MissingDeviceException refusal =
        assertThrows(MissingDeviceException.class, () -> Devices.work(DeviceChoice.of("cuda")));
    String why = new CudaProvider().obstacle(0).orElseThrow();
    assertEquals(
        "--device cuda: %s. --device auto takes the processor where there is none".formatted(why),
        refusal.getMessage());
  }

  @Test
  void autoTakesTheProcessorAloud() {
    DeviceWork work = Devices.work(DeviceChoice.AUTO);
    Matrix w = Gpu.gaussian(4, 64, 0.02f, 1);
    QuantizedMatrix rounded = work.call(() -> RoundToNearest.quantize(w, QuantSpec.of(4, 64)));
    assertEquals(
        0, rounded.codes().countDifferent(RoundToNearest.quantize(w, QuantSpec.of(4, 64)).codes()));
    assertEquals(1, work.remarks().size());
    assertTrue(
        work.remarks().getFirst().startsWith("--device auto: the processor computed, since "),
        work.remarks().getFirst());
  }
}
