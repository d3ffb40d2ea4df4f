package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Heads;
import halfstep.forward.DecoderShape.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One pass over some windows: what lies between a decoder's layers, and the launches. */
final class DecoderPass {

  private final ForwardKernels kernels;
  private final DecoderShape shape;
  private final Heads heads;
  private final WindowsOnDevice windows;
  private final int rows;

  /** {@code tokens × hidden}: the residual stream. */
  private final DeviceMemory x;

  /** {@code tokens × hidden}: what a norm gives. */
  private final DeviceMemory normed;

  /** {@code tokens × hidden}: what a half of a block adds. */
  private final DeviceMemory added;

  /** {@code tokens × heads·dim}. */
  private final DeviceMemory q;

  private final DeviceMemory attended;

  /** {@code tokens × keyValues·dim}. */
  private final DeviceMemory k;

  private final DeviceMemory v;

  /** {@code tokens × inner}. */
  private final DeviceMemory gate;

  private final DeviceMemory up;

  /** Makes room. */
  DecoderPass(ForwardKernels kernels, DecoderShape shape, WindowsOnDevice windows, Held held) {
    this.kernels = kernels;
    this.shape = shape;
    this.heads = shape.heads();
    this.windows = windows;
    this.rows = windows.count();
    this.x = room(shape.hidden(), held);
    this.normed = room(shape.hidden(), held);
    this.added = room(shape.hidden(), held);
    this.q = room(heads.queryWidth(), held);
    this.attended = room(heads.queryWidth(), held);
    this.k = room(heads.keyValueWidth(), held);
    this.v = room(heads.keyValueWidth(), held);
    this.gate = room(shape.inner(), held);
    this.up = room(shape.inner(), held);
  }

  private DeviceMemory room(int width, Held held) {
    GpuDevice device = kernels.device();
    return held.add(device.allocate((long) rows * width * Float.BYTES));
  }

  /** {@code x ← embedding}. */
  Launch embed(DeviceMemory embedding) {
    return kernels.embed(embedding, windows.tokens(), x, rows, shape.hidden());
  }

  /**
   * A block: {@code x ← x + attention(norm(x))}, then {@code x ← x + mlp(norm(x))}.
   *
   * @param weights of the block
   */
  List<Launch> block(Map<Part, DeviceMemory> weights) {
    List<Launch> all = new ArrayList<>();
    all.add(norm(weights, Part.ATTENTION_NORM));
    project(weights, Part.Q, Part.Q_BIAS, q, all);
    project(weights, Part.K, Part.K_BIAS, k, all);
    project(weights, Part.V, Part.V_BIAS, v, all);
    turn(weights, Part.Q_NORM, q, heads.count(), all);
    turn(weights, Part.K_NORM, k, heads.keyValues(), all);
    all.add(kernels.attend(q, k, v, windows, attended, heads));
    all.add(linear(weights, Part.O, attended, added));
    all.add(kernels.add(x, added, rows, shape.hidden()));
    all.add(norm(weights, Part.MLP_NORM));
    all.add(linear(weights, Part.GATE, normed, gate));
    all.add(linear(weights, Part.UP, normed, up));
    all.add(kernels.swiGlu(gate, up, rows, shape.inner()));
    all.add(linear(weights, Part.DOWN, gate, added));
    all.add(kernels.add(x, added, rows, shape.hidden()));
    return all;
  }

  /** {@code y ← norm(x)}: what the head reads. */
  Launch last(DeviceMemory gain, DeviceMemory y) {
    return kernels.norm(x, gain, y, rows, shape.hidden(), shape.normEpsilon());
  }

  private Launch norm(Map<Part, DeviceMemory> weights, Part gain) {
    return last(of(weights, gain), normed);
  }

  private void project(
      Map<Part, DeviceMemory> weights, Part layer, Part bias, DeviceMemory y, List<Launch> all) {
    all.add(linear(weights, layer, normed, y));
    if (heads.biased()) {
      int width = Math.toIntExact(shape.shape(layer).rows());
      all.add(kernels.addRows(y, of(weights, bias), rows, width));
    }
  }

  private void turn(
      Map<Part, DeviceMemory> weights, Part gain, DeviceMemory y, int count, List<Launch> all) {
    if (heads.normed()) {
      int allHeads = Math.multiplyExact(rows, count);
      all.add(kernels.norm(y, of(weights, gain), y, allHeads, heads.dim(), shape.normEpsilon()));
    }
    all.add(kernels.turn(y, windows, count, heads.dim()));
  }

  private Launch linear(
      Map<Part, DeviceMemory> weights, Part layer, DeviceMemory from, DeviceMemory to) {
    int out = Math.toIntExact(shape.shape(layer).rows());
    int in = Math.toIntExact(shape.shape(layer).cols());
    return kernels.linear(from, of(weights, layer), to, rows, out, in, rows);
  }

  private static DeviceMemory of(Map<Part, DeviceMemory> weights, Part part) {
    return Objects.requireNonNull(weights.get(part), part::name);
  }
}
