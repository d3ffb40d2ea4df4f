package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** The stand-in's device for tests, and what they compare. */
final class Gpu {

  private Gpu() {}

  /** A backend of its own, so that losing its device harms no other test. */
  static CudaBackend backend() {
    return new CudaBackend(JCudaProbe.look().open(0));
  }

  /** Computes on the device, and makes sure that it was not the processor. */
  static <R> R on(CudaBackend backend, Supplier<R> work) {
    long before = StandIn.launches();
    DeviceWork onDevice = DeviceWork.on(backend);
    R result = onDevice.call(work);
    assertEquals(List.of(), onDevice.remarks());
    assertTrue(StandIn.launches() > before, "no kernel was launched");
    assertEquals(0, StandIn.used(), "device memory that was not given back");
    return result;
  }

  static void assertSame(QuantizedMatrix expected, QuantizedMatrix actual, String where) {
    assertEquals(0, expected.codes().countDifferent(actual.codes()), where + ": codes");
    assertSame(expected.params().scales(), actual.params().scales(), where + ": scales");
    assertSame(expected.params().zeros(), actual.params().zeros(), where + ": zeros");
  }

  static void assertSame(Matrix expected, Matrix actual, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    for (long i = 0; i < expected.size(); i++) {
      // 0 and −0 are one zero
      assertEquals(expected.at(i) + 0f, actual.at(i) + 0f, what + " " + i);
    }
  }

  static Matrix gaussian(long rows, long cols, float sigma, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian() * sigma);
    }
    return w;
  }
}
