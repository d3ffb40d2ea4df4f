package halfstep.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a driver's version means. */
class JCudaProbeTest {

  @Test
  void noDriverAndOldDriversAreObstacles() {
    assertEquals(
        Optional.of("no NVIDIA driver is installed (there is no libcuda)"),
        JCudaProbe.driverObstacle(0));
    assertEquals(
        Optional.of(
            "the NVIDIA driver speaks CUDA 11.8, but 12.0 is needed; install driver 525 or newer"),
        JCudaProbe.driverObstacle(11080));
    assertEquals(Optional.empty(), JCudaProbe.driverObstacle(12000));
    assertEquals(Optional.empty(), JCudaProbe.driverObstacle(13010));
  }
}
