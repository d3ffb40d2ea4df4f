package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels that read like the equation, against those that run. */
@Tag("standin")
@ExtendWith(StandIn.class)
class NaiveKernelsTest {

  private static final int THREADS = 64;

  private final GpuDevice device = JCudaProbe.look().open(0);
  private final Held held = new Held();
  private final GpuStream stream = held.add(device.stream());

  @AfterEach
  void close() {
    held.close();
  }

  /** With a threshold that lets the power act in part of the half-steps. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 40, 64, 128})
  void hqq(int size) {
    int groups = 9;
    int iterations = 20;
    DeviceMemory w = device(Gpu.gaussian(groups, size, 0.5f, size).segment());
    DeviceMemory schedule = device(schedule(iterations).segment());
    DeviceMemory report = zeros(Tile.REPORT_HEAD);
    DeviceMemory errors = zeros((long) iterations * Double.BYTES);
    Outputs fast = new Outputs(groups, size);
    launch(
        Launch.of(kernel("hqq", GroupSizes.kernel("hqq", size)), 1, THREADS)
            .shared(16 * iterations * Float.BYTES)
            .with(w, schedule, fast.codes, fast.scales, fast.zeros, report, errors)
            .with(groups, size, groups, 16, iterations, 7f, -0.3f, 0));
    DeviceMemory each = zeros((long) groups * iterations * Float.BYTES);
    Outputs naive = new Outputs(groups, size);
    launch(
        Launch.ofThreads(kernel("hqq", "hqq_naive"), groups, THREADS)
            .with(w, schedule, naive.codes, naive.scales, naive.zeros, each)
            .with(groups, size, iterations, 7f, -0.3f, 0));
    fast.assertSame(naive);
    double[] sums = new double[iterations];
    float[] parts = host(each).toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < parts.length; i++) {
      sums[i % iterations] += parts[i];
    }
    assertArrayEquals(sums, host(errors).toArray(ValueLayout.JAVA_DOUBLE));
  }

  /** 1/β, then thresholds that fall from 0.17. */
  private static Matrix schedule(int iterations) {
    Matrix schedule = Matrix.zeros(2, iterations);
    for (int k = 0; k < iterations; k++) {
      schedule.set(0, k, (float) (0.1 / Math.pow(1.01, k)));
      schedule.set(1, k, (float) (0.9999 * Math.pow(10 * Math.pow(1.01, k), -1 / 1.3)));
    }
    return schedule;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void rtn(int kind) {
    for (int size : new int[] {7, 32, 64, 128}) {
      int groups = 11;
      DeviceMemory w = device(Gpu.gaussian(groups, size, 0.1f, size).segment());
      DeviceMemory report = zeros(Tile.REPORT_HEAD);
      Outputs fast = new Outputs(groups, size);
      launch(
          Launch.ofThreads(kernel("rtn", GroupSizes.kernel("rtn", size)), groups * 16L, THREADS)
              .with(w, fast.codes, fast.scales, fast.zeros, report)
              .with(groups, size, kind, 15f, 8f));
      Outputs naive = new Outputs(groups, size);
      launch(
          Launch.ofThreads(kernel("rtn", "rtn_naive"), groups, THREADS)
              .with(w, naive.codes, naive.scales, naive.zeros, report)
              .with(groups, size, kind, 15f, 8f));
      fast.assertSame(naive);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void packing(int bits) {
    for (int columns : new int[] {1, 31, 32, 33, 70}) {
      int rows = 5;
      int units = Math.ceilDiv(columns, 32);
      byte[] bytes = codes(rows * columns, bits);
      DeviceMemory codes = device(MemorySegment.ofArray(bytes));
      DeviceMemory fast = zeros((long) rows * units * bits * Integer.BYTES);
      launch(
          Launch.ofThreads(kernel("pack", "pack_" + bits), (long) rows * units, THREADS)
              .with(codes, fast, rows, columns));
      DeviceMemory naive = zeros(fast.bytes());
      launch(
          Launch.ofThreads(kernel("pack", "pack_naive"), rows, THREADS)
              .with(codes, naive, rows, columns, bits));
      assertSame(naive, fast);
      DeviceMemory back = zeros(bytes.length);
      launch(
          Launch.ofThreads(kernel("pack", "unpack_" + bits), (long) rows * units, THREADS)
              .with(fast, back, rows, columns));
      assertArrayEquals(bytes, host(back).toArray(ValueLayout.JAVA_BYTE));
      DeviceMemory backNaively = zeros(bytes.length);
      launch(
          Launch.ofThreads(kernel("pack", "unpack_naive"), rows, THREADS)
              .with(fast, backNaively, rows, columns, bits));
      assertArrayEquals(bytes, host(backNaively).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void dequantization(int bits) {
    int rows = 3;
    int size = 20;
    int columns = 3 * size;
    int units = Math.ceilDiv(columns, 32);
    DeviceMemory codes = device(MemorySegment.ofArray(codes(rows * columns, bits)));
    DeviceMemory words = zeros((long) rows * units * bits * Integer.BYTES);
    launch(
        Launch.ofThreads(kernel("pack", "pack_" + bits), (long) rows * units, THREADS)
            .with(codes, words, rows, columns));
    DeviceMemory scales = device(Gpu.gaussian(rows, 3, 1f, 1).segment());
    DeviceMemory offsets = device(Gpu.gaussian(rows, 3, 1f, 2).segment());
    DeviceMemory fast = zeros((long) rows * columns * Float.BYTES);
    launch(
        Launch.ofThreads(kernel("dequantize", "dequantize_" + bits), (long) rows * units, THREADS)
            .with(words, scales, offsets, fast, rows, columns, size));
    DeviceMemory naive = zeros(fast.bytes());
    launch(
        Launch.ofThreads(kernel("dequantize", "dequantize_naive"), (long) rows * columns, THREADS)
            .with(words, scales, offsets, naive, rows, columns, size, bits));
    assertSame(naive, fast);
  }

  private static byte[] codes(int count, int bits) {
    SplittableRandom random = new SplittableRandom(count);
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) random.nextInt(1 << bits);
    }
    return codes;
  }

  private final class Outputs {
    final DeviceMemory codes;
    final DeviceMemory scales;
    final DeviceMemory zeros;

    Outputs(int groups, int size) {
      codes = zeros((long) groups * size);
      scales = zeros((long) groups * Float.BYTES);
      zeros = zeros((long) groups * Float.BYTES);
    }

    void assertSame(Outputs other) {
      NaiveKernelsTest.this.assertSame(codes, other.codes);
      NaiveKernelsTest.this.assertSame(scales, other.scales);
      NaiveKernelsTest.this.assertSame(zeros, other.zeros);
    }
  }

  private GpuKernel kernel(String family, String name) {
    return device.kernel(family, name);
  }

  private void launch(Launch launch) {
    device.launch(launch, stream);
    device.synchronize(stream);
  }

  private DeviceMemory zeros(long bytes) {
    DeviceMemory memory = held.add(device.allocate(bytes));
    device.clear(memory, bytes, stream);
    return memory;
  }

  private DeviceMemory device(MemorySegment from) {
    DeviceMemory memory = held.add(device.allocate(from.byteSize()));
    try (HostMemory host = device.pin(from.byteSize())) {
      host.segment().copyFrom(from);
      device.upload(host, memory, from.byteSize(), stream);
      device.synchronize(stream);
    }
    return memory;
  }

  private MemorySegment host(DeviceMemory from) {
    MemorySegment copy = Arena.ofAuto().allocate(from.bytes(), 16);
    try (HostMemory host = device.pin(from.bytes())) {
      device.download(from, host, from.bytes(), stream);
      device.synchronize(stream);
      copy.copyFrom(host.segment());
    }
    return copy;
  }

  private void assertSame(DeviceMemory expected, DeviceMemory actual) {
    assertArrayEquals(
        host(expected).toArray(ValueLayout.JAVA_BYTE), host(actual).toArray(ValueLayout.JAVA_BYTE));
  }
}
