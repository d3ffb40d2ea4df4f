package halfstep.linear;

import halfstep.backend.Backends;
import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.List;

/**
 * A linear layer whose weights stay packed: {@code Y = X · Ŵᵀ} without {@code Ŵ}. For few rows of
 * {@code X}, as in decoding; for many, a product with {@link QuantizedMatrix#dequantized} is
 * faster.
 *
 * <pre>
 * y = Σ over groups of s · (Σ q·x − z · Σ x)
 * </pre>
 *
 * <p>Two layouts. <em>Words</em> hold several codes, which are masked where they lie, converted and
 * multiplied one by one: a code of 3 bits takes as long as one of 4, but more of them come with
 * each word that is read. <em>Bit planes</em> look the sum of each subset of four inputs up in a
 * table made once per row of X: the work is proportional to the bits (the idea of T-MAC, arXiv
 * 2407.00088). That pays only where looking up sixteen entries at once is one instruction, which a
 * kernel tells by {@link LinearKernel#prefersPlanes}.
 */
public final class QuantizedLinear {

  private static final LinearKernel KERNEL = Backends.kernel(LinearKernel.class, ScalarLinear::new);
  private static final String WORK = "a product with quantized weights";

  /** Multiplications below which handing tiles to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 18;

  /** How codes lie in memory. */
  public enum Layout {
    /** Several codes to a 32-bit word; any group size. */
    WORDS,
    /** One bit of 32 codes to a word; groups of a multiple of 32. */
    PLANES
  }

  private final QuantizedMatrix weights;
  private final LinearKernel kernel;
  private final Layout layout;
  private final int out;
  private final int in;
  private final int size;
  private final int groups;
  private final InputPreparation preparation;
  private final WordTile[] wordTiles;
  private final PlaneTile[] planeTiles;

  private QuantizedLinear(QuantizedMatrix weights, Layout layout, LinearKernel kernel) {
    requireGroups(weights);
    this.weights = weights;
    this.kernel = kernel;
    this.layout = layout;
    this.out = Math.toIntExact(weights.shape().rows());
    this.in = Math.toIntExact(weights.shape().cols());
    this.size = weights.spec().grouping(weights.shape()).size();
    this.groups = in / size;
    if (layout == Layout.PLANES && size % LinearKernel.WORD != 0) {
      throw new IllegalArgumentException(
          "bit planes hold %d inputs to a word, which do not divide groups of %d; use Layout.WORDS"
              .formatted(LinearKernel.WORD, size));
    }
    int tiles = Math.ceilDiv(out, LinearKernel.ROWS);
    int bits = bits(weights.spec());
    this.preparation = new InputPreparation(weights, size, bits);
    this.wordTiles = new WordTile[layout == Layout.WORDS ? tiles : 0];
    this.planeTiles = new PlaneTile[layout == Layout.PLANES ? tiles : 0];
    Parallel.blocks(tiles, "packing a layer", tile -> pack((int) tile, bits));
  }

  /**
   * Packs a layer in the layout that is faster here.
   *
   * @param weights groups along axis 1, in order; not modified
   * @throws IllegalArgumentException if it is not {@linkplain #supports supported}
   */
  public static QuantizedLinear of(QuantizedMatrix weights) {
    int size = weights.spec().grouping(weights.shape()).size();
    boolean planes = size % LinearKernel.WORD == 0 && KERNEL.prefersPlanes(bits(weights.spec()));
    return of(weights, planes ? Layout.PLANES : Layout.WORDS);
  }

  /** Packs a layer in a given layout; as {@link #of(QuantizedMatrix)}. */
  public static QuantizedLinear of(QuantizedMatrix weights, Layout layout) {
    return of(weights, layout, KERNEL);
  }

  static QuantizedLinear of(QuantizedMatrix weights, Layout layout, LinearKernel kernel) {
    return new QuantizedLinear(weights, layout, kernel);
  }

  /** Bits that hold every code of a specification. */
  public static int bits(QuantSpec spec) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(spec.maxCode());
  }

  /** Whether a layer can be packed: groups along axis 1, in order. */
  public static boolean supports(QuantizedMatrix weights) {
    QuantSpec spec = weights.spec();
    return spec.axis() == Axis.IN
        && spec.groupSize() != QuantSpec.TENSOR
        && weights.groupIndex() == null;
  }

  private static void requireGroups(QuantizedMatrix weights) {
    QuantSpec spec = weights.spec();
    if (!supports(weights)) {
      throw new IllegalArgumentException(
          "packed products want groups of neighbouring inputs, but these are %s%s; multiply with dequantized()"
              .formatted(spec.label(), weights.groupIndex() == null ? "" : " in another order"));
    }
  }

  /** The layout. */
  public Layout layout() {
    return layout;
  }

  /** Bytes that a product reads of this layer: codes, scales, zeros. */
  public long bytes() {
    long words = 0;
    for (WordTile tile : wordTiles) {
      words += tile.words().length + 2L * tile.scales().length;
    }
    for (PlaneTile tile : planeTiles) {
      words += tile.words().length + 2L * tile.scales().length;
    }
    return words * Integer.BYTES;
  }

  /**
   * The layer's outputs, without bias.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @return a new matrix, {@code tokens × out}; float32 sums in a fixed order, the same for any
   *     number of threads and any backend
   * @throws ShapeException if the inner sides differ
   */
  public Matrix apply(Matrix x) {
    if (x.cols() != in) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), weights.shape()));
    }
    Matrix y = Matrix.zeros(x.rows(), out);
    List<LinearInputs> inputs =
        switch (layout) {
          case WORDS -> preparation.words(x);
          case PLANES -> preparation.planes(x);
        };
    int tiles = Math.ceilDiv(out, LinearKernel.ROWS);
    // as many at once as are worth another core's while
    int atOnce = Math.clamp(LEAST_WORK / (LinearKernel.ROWS * in * x.rows()), 1, tiles);
    Parallel.blocks(
        Math.ceilDiv(tiles, atOnce),
        WORK,
        block -> {
          int end = (int) Math.min(tiles, (block + 1) * atOnce);
          float[] part = new float[LinearKernel.FOUR * LinearKernel.ROWS];
          for (int tile = (int) block * atOnce; tile < end; tile++) {
            int first = tile * LinearKernel.ROWS;
            int count = Math.min(LinearKernel.ROWS, out - first);
            for (LinearInputs rows : inputs) {
              multiply(tile, rows, part);
              for (int r = 0; r < rows.count(); r++) {
                long at = (rows.first() + r) * out + first;
                y.write(at, part, r * LinearKernel.ROWS, count);
              }
            }
          }
        });
    return y;
  }

  private void multiply(int tile, LinearInputs x, float[] part) {
    switch (x.form()) {
      case ONE -> kernel.words(wordTiles[tile], x.values(), x.sums(), part);
      case FOUR -> kernel.fourRows(wordTiles[tile], x.values(), x.sums(), part);
      case TABLES -> kernel.planes(planeTiles[tile], x.tables(), x.sums(), part);
    }
  }

  private void pack(int tile, int bits) {
    int first = tile * LinearKernel.ROWS;
    byte[] line = new byte[in];
    WordTile words = new WordTile(bits, size, layout == Layout.WORDS ? groups : 0);
    PlaneTile planes = new PlaneTile(bits, size, layout == Layout.PLANES ? groups : 0);
    for (int row = 0; row < Math.min(LinearKernel.ROWS, out - first); row++) {
      weights.codes().read((long) (first + row) * in, line);
      for (int group = 0; group < groups; group++) {
        long index = (long) (first + row) * groups + group;
        float scale = weights.params().scale(index);
        float zero = weights.params().zero(index);
        switch (layout) {
          case WORDS -> words.put(row, group, scale, zero);
          case PLANES -> planes.put(row, group, scale, zero);
        }
        for (int i = 0; i < size; i++) {
          int code = Byte.toUnsignedInt(line[group * size + i]);
          switch (layout) {
            case WORDS -> words.put(row, group, i, code);
            case PLANES -> planes.put(row, group, i, code);
          }
        }
      }
    }
    switch (layout) {
      case WORDS -> wordTiles[tile] = words;
      case PLANES -> planeTiles[tile] = planes;
    }
  }

  @Override
  public String toString() {
    return "QuantizedLinear %s %s, %s".formatted(weights.shape(), weights.spec().label(), layout);
  }
}
