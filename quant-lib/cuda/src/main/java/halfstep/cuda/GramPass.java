package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.tensor.GramSum;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;

/**
 * All inputs of some layers past as many rows of their Gram matrix as there is room for on a
 * device. Inputs go there some tokens at a time; while they are multiplied, the host copies the
 * next.
 */
final class GramPass {

  /** What an interrupt and remarks call it. */
  static final String WORK = "the Gram matrix";

  private static final int WARP = 32;

  /** Floats of a band of rows; as many are pinned on the host. */
  private static final int BAND = 1 << 24;

  /** Floats that go to the device at a time, if a token's are not more. */
  private static final int PIECE = 1 << 22;

  /** Rows of the matrix that lie on the device. */
  private record Band(int first, int rows, DeviceMemory memory) {
    int end() {
      return first + rows;
    }
  }

  private final GpuDevice device;
  private final Matrix inputs;
  private final Matrix g;
  private final int columns;
  private final int stride;
  private final int chains;
  private final int pieceTokens;
  private final GpuStream stream;
  private final DeviceMemory x;
  private final DeviceMemory raw;
  private final List<HostMemory> pieces;
  private final List<Band> bands = new ArrayList<>();
  private final HostMemory staging;
  private int turn;

  /**
   * Makes room.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param g {@code in × in}, the sum before; not modified
   * @param row the first row, a multiple of a tile's
   * @param held gives the memory back
   * @throws OutOfDeviceMemoryException if there is not even room for one tile of rows
   */
  GramPass(GpuDevice device, Matrix inputs, Matrix g, int row, Held held) {
    this.device = device;
    this.inputs = inputs;
    this.g = g;
    this.columns = Math.toIntExact(g.cols());
    this.stride = ChainTiles.filled(columns);
    int last = columns % GramSum.PANEL;
    this.chains = last <= Matmul.FEW_ROWS ? columns - last : columns;
    int tokens = (int) Math.clamp(inputs.rows(), 1, GramSum.TOKENS);
    this.pieceTokens = Math.clamp(PIECE / columns, 1, tokens);
    long pieceBytes = (long) pieceTokens * columns * Float.BYTES;
    this.stream = held.add(device.stream());
    this.x = held.add(device.allocate((long) tokens * stride * Float.BYTES));
    this.raw = held.add(device.allocate(pieceBytes));
    this.pieces = List.of(held.add(device.pin(pieceBytes)), held.add(device.pin(pieceBytes)));
    long most = takeBands(row, held);
    this.staging = held.add(device.pin(most));
  }

  /** As many as fit, but at least one; returns bytes of the largest. */
  private long takeBands(int row, Held held) {
    int rows = Math.max(ChainTiles.SIZE, BAND / columns / ChainTiles.SIZE * ChainTiles.SIZE);
    long most = 0;
    int first = row;
    while (first < columns) {
      int count = Math.min(rows, columns - first);
      long bytes = (long) count * columns * Float.BYTES;
      try {
        bands.add(new Band(first, count, held.add(device.allocate(bytes))));
      } catch (OutOfDeviceMemoryException e) {
        if (count > ChainTiles.SIZE) {
          rows = ChainTiles.filled(Math.ceilDiv(count, 2));
          continue;
        }
        if (bands.isEmpty()) {
          throw e;
        }
        break;
      }
      most = Math.max(most, bytes);
      first += count;
    }
    return most;
  }

  /** The row behind the last that there is room for. */
  int end() {
    return bands.getLast().end();
  }

  /**
   * Sums them up.
   *
   * @param scale each input is multiplied by it
   * @param decay the sum before is multiplied by it
   * @param sum {@code in × in}; this pass's rows of it are overwritten, up to their diagonals
   */
  void run(float scale, float decay, Matrix sum) {
    try {
      bands.forEach(band -> begin(band, decay));
      float factor = decay;
      for (long from = 0; from < inputs.rows(); from += GramSum.TOKENS) {
        int count = (int) Math.min(GramSum.TOKENS, inputs.rows() - from);
        upload(from, count, scale);
        for (Band band : bands) {
          add(band, count, factor);
        }
        factor = 1f;
        inputs.rows(from, from + count).leave();
      }
      bands.forEach(band -> take(band, sum));
    } finally {
      device.synchronize(stream); // copies still go to this pass's memory
    }
  }

  /** The sum before, or zeros where nothing is left of it. */
  private void begin(Band band, float decay) {
    long bytes = band.memory().bytes();
    if (decay == 0) {
      device.clear(band.memory(), bytes, stream);
      return;
    }
    Uploads.copy(g.segment().asSlice(at(band), bytes), staging.segment(), WORK);
    device.upload(staging, band.memory(), bytes, stream);
    device.synchronize(stream);
  }

  private long at(Band band) {
    return (long) band.first() * columns * Float.BYTES;
  }

  /** Brings tokens to the device, scaled, in rows of whole tiles. */
  private void upload(long from, int count, float scale) {
    for (int first = 0; first < count; first += pieceTokens) {
      Parallel.checkInterrupt(WORK);
      int some = Math.min(pieceTokens, count - first);
      long bytes = (long) some * columns * Float.BYTES;
      HostMemory host = pieces.get(turn++ % pieces.size());
      long at = (from + first) * columns * Float.BYTES;
      Uploads.copy(inputs.segment().asSlice(at, bytes), host.segment(), WORK);
      device.synchronize(stream); // the piece before has left its memory
      device.upload(host, raw, bytes, stream);
      device.launch(
          Launch.ofThreads(
                  device.kernel("hessian", "hessian_inputs"),
                  (long) some * stride,
                  ChainTiles.THREADS)
              .with(raw, x, scale, some, columns, stride, first),
          stream);
    }
  }

  private void add(Band band, int tokens, float factor) {
    if (band.first() < chains) {
      Launch tiles =
          Launch.of(
                  device.kernel("hessian", "hessian"),
                  ChainTiles.covering(band.end()),
                  ChainTiles.THREADS)
              .rows(ChainTiles.covering(band.rows()))
              .shared(ChainTiles.SHARED_BYTES);
      launch(tiles, band, tokens, factor);
    }
    int few = band.end() - Math.max(chains, band.first());
    if (few > 0) {
      long threads = (long) few * columns * WARP;
      GpuKernel kernel = device.kernel("hessian", "hessian_few");
      launch(Launch.ofThreads(kernel, threads, ChainTiles.THREADS), band, tokens, factor);
    }
  }

  private void launch(Launch launch, Band band, int tokens, float factor) {
    device.launch(
        launch
            .with(x, band.memory(), factor, tokens, columns, stride)
            .with(band.first(), band.rows(), chains),
        stream);
  }

  private void take(Band band, Matrix sum) {
    long bytes = band.memory().bytes();
    device.download(band.memory(), staging, bytes, stream);
    device.synchronize(stream);
    Uploads.copy(staging.segment().asSlice(0, bytes), sum.segment().asSlice(at(band), bytes), WORK);
  }
}
