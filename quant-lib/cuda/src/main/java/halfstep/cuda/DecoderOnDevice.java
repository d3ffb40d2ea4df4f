package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import halfstep.forward.DecoderWeights;
import halfstep.forward.LoadedDecoder;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A decoder's weights on the device in float32, and what it computes from tokens. */
final class DecoderOnDevice implements LoadedDecoder {

  private static final String WORK = "the forward pass";

  private final ForwardKernels kernels;
  private final DecoderWeights weights;
  private final DecoderShape shape;
  private final Held held = new Held();
  private final DeviceMemory embedding;
  private final DeviceMemory head;
  private final DeviceMemory finalNorm;
  private final List<Map<Part, DeviceMemory>> blocks = new ArrayList<>();

  /** Brings them there. */
  DecoderOnDevice(ForwardKernels kernels, DecoderWeights weights) {
    this(kernels, Beside.nothing(weights));
  }

  /**
   * Brings those there that another does not have.
   *
   * @param beside the other is closed after this one
   */
  DecoderOnDevice(ForwardKernels kernels, Beside beside) {
    this.kernels = kernels;
    this.weights = beside.weights();
    this.shape = weights.shape();
    try (TensorUpload upload = new TensorUpload(kernels.device(), beside.largestBytes())) {
      Optional<DecoderOnDevice> other = beside.outside();
      this.embedding =
          other.map(it -> it.embedding).orElseGet(() -> put(upload, weights::embedding));
      DeviceMemory tied = embedding;
      this.head =
          other
              .map(it -> it.head)
              .orElseGet(() -> shape.tied() ? tied : put(upload, weights::head));
      this.finalNorm =
          other.map(it -> it.finalNorm).orElseGet(() -> put(upload, weights::finalNorm));
      for (int block = 0; block < shape.blocks(); block++) {
        blocks.add(block(block, beside, upload));
      }
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private Map<Part, DeviceMemory> block(int block, Beside beside, TensorUpload upload) {
    Map<Part, DeviceMemory> parts = new EnumMap<>(Part.class);
    for (Part part : shape.parts()) {
      parts.put(
          part,
          beside
              .part(block, part)
              .map(other -> other.blocks.get(block).get(part))
              .orElseGet(() -> put(upload, memory -> weights.part(block, part, memory))));
    }
    return parts;
  }

  /** What was brought here. */
  DecoderWeights weights() {
    return weights;
  }

  /** Gives a tensor, which may lie in memory that is closed when it is on the device. */
  private interface Source {
    Matrix read(Arena memory);
  }

  private DeviceMemory put(TensorUpload upload, Source source) {
    try (Arena memory = Arena.ofShared()) {
      return upload.put(source.read(memory), held);
    }
  }

  @Override
  public DecoderShape shape() {
    return shape;
  }

  /** Whether a pass over windows of some length is possible. */
  boolean fits(int longest) {
    return kernels.fits(shape.heads(), longest);
  }

  /**
   * What the head reads.
   *
   * @param windows each read from empty context
   * @param owner gives the result back
   * @return {@code tokens × hidden}
   */
  DeviceMemory states(List<int[]> windows, Held owner) {
    GpuDevice device = kernels.device();
    try (Held own = new Held()) {
      GpuStream stream = own.add(device.stream());
      WindowsOnDevice there = WindowsOnDevice.of(device, windows, weights, own);
      DecoderPass pass = new DecoderPass(kernels, shape, there, own);
      DeviceMemory states =
          owner.add(device.allocate((long) there.count() * shape.hidden() * Float.BYTES));
      try {
        device.launch(pass.embed(embedding), stream);
        for (Map<Part, DeviceMemory> block : blocks) {
          device.synchronize(stream); // an interrupt waits for one block at most
          Parallel.checkInterrupt(WORK);
          pass.block(block).forEach(launch -> device.launch(launch, stream));
        }
        device.launch(pass.last(finalNorm, states), stream);
      } finally {
        device.synchronize(stream); // launches still use this pass's memory
      }
      return states;
    }
  }

  /**
   * Logits of some tokens.
   *
   * @param states of all tokens, as {@link #states} gives them
   * @param numbers of the rows, as ints
   * @param count of the rows
   * @param all tokens of the pass
   * @param owner gives the result back
   * @return {@code count × vocabulary}
   */
  DeviceMemory logits(DeviceMemory states, DeviceMemory numbers, int count, int all, Held owner) {
    GpuDevice device = kernels.device();
    DeviceMemory logits =
        owner.add(device.allocate((long) count * shape.vocabulary() * Float.BYTES));
    try (Held own = new Held()) {
      GpuStream stream = own.add(device.stream());
      int hidden = shape.hidden();
      DeviceMemory rows = own.add(device.allocate((long) count * hidden * Float.BYTES));
      device.launch(kernels.embed(states, numbers, rows, count, hidden), stream);
      device.launch(
          kernels.linear(rows, head, logits, count, shape.vocabulary(), hidden, all), stream);
      device.synchronize(stream);
    }
    return logits;
  }

  /**
   * All logits, back on the host.
   *
   * @return a new matrix, {@code tokens × vocabulary}
   */
  Matrix logits(List<int[]> windows) {
    try (Held own = new Held()) {
      int count = windows.stream().mapToInt(window -> window.length).sum();
      int[] numbers = IntStream.range(0, count).toArray();
      DeviceMemory rows = Uploads.ints(kernels.device(), numbers, own);
      DeviceMemory logits = logits(states(windows, own), rows, count, count, own);
      return Matrix.of(count, shape.vocabulary(), Uploads.read(kernels.device(), logits));
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
