package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GPTQ's kernels that read like the equations, against those that run: one block and its rest. */
@Tag("standin")
@ExtendWith(StandIn.class)
class NaiveGptqTest {

  private static final int THREADS = 64;

  private final GpuDevice device = JCudaProbe.look().open(0);
  private final Held held = new Held();
  private final GpuStream stream = held.add(device.stream());

  @AfterEach
  void close() {
    held.close();
    assertEquals(0, StandIn.used());
  }

  @ParameterizedTest
  @CsvSource({
    // rows, columns, first, count, group, symmetric, lanes
    "3, 90, 0, 40, 10, 0, 32",
    "1, 90, 30, 33, 30, 1, 32",
    "33, 200, 0, 128, 25, 0, 1",
    "140, 200, 50, 17, 100, 1, 1",
    "20, 320, 60, 129, 20, 0, 1",
  })
  void blockAndRest(
      int rows, int columns, int first, int count, int group, int symmetric, int lanes) {
    Case given = new Case(rows, columns, first, count);
    Outputs fast = new Outputs(given, group);
    Outputs naive = new Outputs(given, group);
    Object[] options = {group, 1, symmetric, 15f};
    String kernel = count <= 128 ? "gptq_128" : "gptq_any";
    launch(fast.solve(kernel, rows * 32L).with(options));
    launch(naive.solve("gptq_naive", rows).with(options));
    assertSame(naive.codes, fast.codes, "codes");
    assertSame(naive.errors, fast.errors, "errors");
    assertSame(naive.scales, fast.scales, "scales");
    assertSame(naive.zeros, fast.zeros, "zeros");
    assertSame(naive.moved, fast.moved, "moved");
    assertEquals(0f, Uploads.read(device, fast.report)[1]);
    long elements = (long) rows * (columns - first - count);
    if (lanes == 1) {
      launch(
          fast.rest(
              Launch.of(device.kernel("gptq", "gptq_rest"), given.width / 128, 256)
                  .rows(given.stride / 128)
                  .shared(16 << 10)));
    } else {
      launch(
          fast.rest(Launch.ofThreads(device.kernel("gptq", "gptq_rest_few"), elements * 32, 64)));
    }
    launch(
        naive
            .rest(Launch.ofThreads(device.kernel("gptq", "gptq_rest_naive"), elements, 64))
            .with(lanes));
    for (int row = 0; row < rows; row++) {
      int from = row * columns + first + count;
      int to = (row + 1) * columns;
      assertArrayEquals(
          Arrays.copyOfRange(Uploads.read(device, naive.working), from, to),
          Arrays.copyOfRange(Uploads.read(device, fast.working), from, to),
          "rest of row " + row);
    }
  }

  /** Weights, a factor's rows, and which column is whose. */
  private final class Case {
    final int rows;
    final int columns;
    final int first;
    final int count;
    final int stride;
    final int width;
    final int behind;
    final Matrix w;
    final DeviceMemory u;

    Case(int rows, int columns, int first, int count) {
      this.rows = rows;
      this.columns = columns;
      this.first = first;
      this.count = count;
      this.stride = Math.ceilDiv(rows, 128) * 128;
      this.width = Math.ceilDiv(columns - first - count, 128) * 128;
      this.behind = Math.ceilDiv(count * count, 4) * 4;
      this.w = Gpu.gaussian(rows, columns, 0.05f, columns);
      Matrix factor = Gpu.gaussian(1, behind + (long) count * width, 0.1f, 5);
      for (int j = 0; j < count; j++) {
        for (int k = 0; k < j; k++) {
          factor.put((long) j * count + k, 0f);
        }
        factor.put((long) j * count + j, 0.8f + 0.01f * j);
      }
      this.u = Uploads.segment(device, factor.segment(), held);
    }
  }

  /** A working copy and what kernels make of it; what they do not write stays NaN. */
  private final class Outputs {
    final Case given;
    final int[] groups;
    final DeviceMemory working;
    final DeviceMemory original;
    final DeviceMemory scales;
    final DeviceMemory zeros;
    final DeviceMemory codes;
    final DeviceMemory errors;
    final DeviceMemory moved;
    final DeviceMemory report;

    Outputs(Case given, int group) {
      this.given = given;
      this.groups = new int[given.columns];
      for (int c = 0; c < groups.length; c++) {
        groups[c] = c / group;
      }
      working = Uploads.segment(device, given.w.segment(), held);
      Matrix before = Gpu.gaussian(given.rows, given.columns, 0.05f, 3);
      original = Uploads.segment(device, before.segment(), held);
      scales = Uploads.floats(device, filled(0.02f), held);
      zeros = Uploads.floats(device, filled(7f), held);
      codes = floats(Math.ceilDiv(given.rows * given.count, 4));
      errors = floats(given.count * given.stride);
      moved = floats(given.rows);
      report = Uploads.floats(device, new float[4], held);
    }

    /** As blocks before left them. */
    private float[] filled(float value) {
      float[] values = new float[given.columns * given.stride];
      Arrays.fill(values, value);
      return values;
    }

    Launch solve(String kernel, long threads) {
      DeviceMemory of = Uploads.segment(device, MemorySegment.ofArray(groups), held);
      return Launch.ofThreads(device.kernel("gptq", kernel), threads, THREADS)
          .with(working, original, given.u, of, scales, zeros, codes, errors, moved)
          .with(report, given.rows, given.columns, given.first, given.count, given.stride);
    }

    Launch rest(Launch launch) {
      return launch
          .with(working, errors, given.u, given.behind, given.rows, given.columns)
          .with(given.first + given.count, given.count, given.stride, given.width);
    }
  }

  private DeviceMemory floats(int count) {
    return held.add(device.allocate((long) count * Float.BYTES));
  }

  private void launch(Launch launch) {
    device.launch(launch, stream);
    device.synchronize(stream);
  }

  private void assertSame(DeviceMemory expected, DeviceMemory actual, String what) {
    assertArrayEquals(Uploads.read(device, expected), Uploads.read(device, actual), what);
  }
}
