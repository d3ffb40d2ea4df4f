package halfstep.cuda;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipStep;
import halfstep.backend.DeviceWork;
import halfstep.cuda.GpuCheck.Agreement;
import halfstep.gptq.GptqPlan;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.Hessian;
import halfstep.hqq.HqqDirect;
import halfstep.linear.QuantizedLinear;
import halfstep.ls.LeastSquaresDirect;
import halfstep.ls.LeastSquaresSolver;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Halves;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Every kernel beside the processor's solver. */
final class Agreements {

  /** Of Σ |ŵ|·|x|: float32's sums in another order. */
  private static final double PRODUCT = 1e-5;

  /** The same with inputs rounded to eleven bits. */
  private static final double HALF_PRODUCT = 0x1p-11 + PRODUCT;

  private final CudaBackend backend;
  private final boolean small;
  private final int rows;
  private final int columns;
  private final List<Agreement> found = new ArrayList<>();

  /**
   * @param small whether to look at small matrices alone
   */
  Agreements(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.small = small;
    this.rows = small ? 8 : 1024;
    this.columns = small ? 256 : 4096;
  }

  List<Agreement> all(Consumer<Object> listener) {
    for (Bits bits : List.of(Bits.TWO, Bits.THREE, Bits.FOUR, Bits.EIGHT)) {
      for (float sigma : new float[] {0.02f, 0.5f}) {
        Matrix w = gaussian(rows, columns, sigma);
        for (int size : new int[] {32, 64, 128, columns}) {
          QuantSpec spec = new QuantSpec(bits, size, Axis.IN, ZeroPoint.FLOAT);
          String of = "%s, sigma %s".formatted(spec.label(), sigma);
          codes("hqq " + of, () -> HqqDirect.quantize(w, spec, Hqq.LEGACY));
          codes("rtn " + of, () -> RoundToNearest.quantize(w, spec));
          QuantSpec whole = spec.with(ZeroPoint.INTEGER);
          codes("rtn integer zero " + of, () -> RoundToNearest.quantize(w, whole));
          codes("ls " + of, () -> LeastSquaresDirect.quantize(new LeastSquaresSolver(w, spec, 5)));
        }
        QuantSpec down = new QuantSpec(bits, rows, Axis.OUT, ZeroPoint.FLOAT);
        codes(
            "hqq %s, sigma %s".formatted(down.label(), sigma),
            () -> HqqDirect.quantize(w, down, Hqq.LEGACY));
      }
      QuantizedMatrix weights =
          RoundToNearest.quantize(
              gaussian(rows, columns, 0.02f), new QuantSpec(bits, 64, Axis.IN, ZeroPoint.FLOAT));
      for (int batch : new int[] {1, 4, 8, 16}) {
        found.add(product("", weights, batch, GpuLinear::apply, PRODUCT));
      }
      for (int batch : new int[] {33, 200}) {
        found.add(product("half float ", weights, batch, GpuLinear::applyInHalf, HALF_PRODUCT));
      }
      found.add(dequantization(weights));
    }
    kl();
    found.addAll(new LayoutAgreements(backend.device(), small).all());
    found.addAll(new ForwardAgreements(backend.device(), small).all());
    bfloat16();
    hostProduct();
    clipLimits();
    gptq();
    if (SquarePatches.supports(backend.device())) {
      for (Bits bits : List.of(Bits.THREE, Bits.FOUR)) {
        for (int size : new int[] {64, 128, columns}) {
          awq(new QuantSpec(bits, size, Axis.IN, ZeroPoint.INTEGER));
        }
      }
    }
    found.forEach(listener);
    return found;
  }

  /** Weights that travel as bf16; groups of odd sizes leave a rest when they are widened. */
  private void bfloat16() {
    for (int size : new int[] {37, 64, 101}) {
      Matrix w = roundToBfloat16(gaussian(rows + 1L, 3L * size, 0.02f));
      QuantSpec spec = QuantSpec.of(4, size);
      String of = "%s of %s in bf16".formatted(spec.label(), w.shape());
      codes("rtn " + of, () -> RoundToNearest.quantize(w, spec));
      codes("hqq " + of, () -> HqqDirect.quantize(w, spec, Hqq.LEGACY));
      codes("ls " + of, () -> LeastSquaresDirect.quantize(new LeastSquaresSolver(w, spec, 5)));
    }
  }

  /** Of a vocabulary, errors as shares of what double's rounding allows, and other top tokens. */
  private void kl() {
    for (int vocabulary : new int[] {7, columns, 8 * columns + 5}) {
      Matrix reference = gaussian(rows, vocabulary, 4f);
      Matrix model = gaussian(rows, vocabulary, 4.01f);
      KlComparison both = KlComparison.of(backend.device(), reference, model);
      found.add(new Agreement("kl of " + reference.shape(), both.worst(), 1));
      found.add(new Agreement("kl's top tokens of " + reference.shape(), both.otherTops(), 0));
    }
  }

  /** In parts that do not fill the last one. */
  private void hostProduct() {
    Matrix x = gaussian(2L * rows + 3, columns, 1f);
    Matrix w = gaussian(rows + 5L, columns, 0.02f);
    GpuMatmul products = new GpuMatmul(backend, 0, 16 * columns);
    double different =
        products
            .timesTransposed(x, w)
            .map(there -> different(Matmul.timesTransposedHere(x, w), there))
            .orElse(Double.NaN);
    found.add(new Agreement("product of %s and %s".formatted(x.shape(), w.shape()), different, 0));
  }

  /**
   * With few rows behind the processor's last chunk, and with many; fewer channels than elsewhere.
   */
  private void clipLimits() {
    int channels = columns / 2;
    Matrix x = AwqComparison.inputs(64, channels);
    for (int more : new int[] {5, 40}) {
      Matrix w = gaussian(rows + more, channels, 0.02f);
      for (int size : new int[] {32, 64, channels}) {
        QuantSpec spec = new QuantSpec(Bits.FOUR, size, Axis.IN, ZeroPoint.INTEGER);
        AwqClipSearch search = new AwqClipSearch(w, spec, x);
        List<ClipStep> here = search.all();
        List<ClipStep> there = DeviceWork.on(backend).call(search::all);
        double different = 0;
        for (int i = 0; i < here.size(); i++) {
          different += different(here.get(i).limits(), there.get(i).limits());
          different += different(here.get(i).errors(), there.get(i).errors());
        }
        String name = "awq's clip limits %s of %s".formatted(spec.label(), w.shape());
        found.add(new Agreement(name, different, 0));
      }
    }
  }

  /** Fewer channels than elsewhere: the processor, too, factors the Hessian each time. */
  private void gptq() {
    int channels = columns / 4;
    Matrix w = gaussian(Math.max(rows, 24), channels, 0.02f);
    Hessian hessian = Hessian.of(AwqComparison.inputs(2 * channels, channels));
    found.add(sum(channels));
    found.add(factor(hessian));
    for (Bits bits : List.of(Bits.TWO, Bits.THREE, Bits.FOUR, Bits.EIGHT)) {
      for (int size : new int[] {32, 64, channels}) {
        QuantSpec spec = new QuantSpec(bits, size, Axis.IN, ZeroPoint.INTEGER);
        for (Gptq config :
            List.of(
                Gptq.DEFAULT,
                Gptq.DEFAULT.withActOrder(true).withSymmetric(true),
                Gptq.DEFAULT.withStaticGroups(true).withMse(true).withBlockSize(200))) {
          codes(
              "gptq %s %s".formatted(spec.label(), config),
              () -> new GptqSolver(w, spec, config, hessian).result());
        }
      }
    }
  }

  private Agreement sum(int channels) {
    Matrix inputs = AwqComparison.inputs(2 * channels, channels);
    Supplier<Matrix> work = () -> Hessian.of(inputs).matrix();
    return new Agreement(
        "gptq's Hessian of %s inputs".formatted(inputs.shape()),
        different(work.get(), DeviceWork.on(backend).call(work)),
        0);
  }

  /** Elements that differ. */
  static double different(Matrix here, Matrix there) {
    double different = 0;
    for (long i = 0; i < here.size(); i++) {
      different += here.at(i) == there.at(i) ? 0 : 1;
    }
    return different;
  }

  private Agreement factor(Hessian hessian) {
    Matrix w = gaussian(1, hessian.channels(), 0.02f);
    QuantSpec spec = QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER);
    Supplier<Matrix> work =
        () -> new GptqPlan(new GptqSolver(w, spec, Gptq.DEFAULT, hessian)).factor();
    Matrix here = work.get();
    Matrix there = DeviceWork.on(backend).call(work);
    return new Agreement("gptq's factor of %s".formatted(here.shape()), different(here, there), 0);
  }

  private void codes(String name, Supplier<QuantizedMatrix> work) {
    QuantizedMatrix here = work.get();
    QuantizedMatrix there = DeviceWork.on(backend).call(work);
    found.add(new Agreement(name, here.codes().countDifferent(there.codes()), 0));
  }

  private Agreement product(
      String kind,
      QuantizedMatrix weights,
      int batch,
      BiFunction<GpuLinear, Matrix, Matrix> apply,
      double most) {
    Matrix x = gaussian(batch, columns, 1f);
    Matrix here = QuantizedLinear.of(weights).apply(x);
    Matrix w = weights.dequantized();
    double worst = 0;
    try (GpuLinear linear = new GpuLinear(backend.device(), weights)) {
      Matrix there = apply.apply(linear, x);
      for (long r = 0; r < rows; r++) {
        for (long t = 0; t < batch; t++) {
          double size = 0;
          for (long c = 0; c < columns; c++) {
            size += Math.abs((double) w.get(r, c) * x.get(t, c));
          }
          worst = Math.max(worst, Math.abs(here.get(t, r) - there.get(t, r)) / size);
        }
      }
    }
    return new Agreement(
        "%sproduct %s, batch %d".formatted(kind, weights.spec().label(), batch), worst, most);
  }

  /** Losses of the ratios, and what the device's choice loses beside the processor's. */
  private void awq(QuantSpec spec) {
    Matrix x = AwqComparison.inputs(columns / 4, columns);
    AwqComparison both =
        AwqComparison.of(backend.device(), gaussian(rows, columns, 0.02f), spec, x, Awq.DEFAULT);
    found.add(new Agreement("awq losses " + spec.label(), both.worst(), AwqComparison.LOSS));
    found.add(new Agreement("awq choice " + spec.label(), both.lost(), AwqComparison.CHOICE));
  }

  private Agreement dequantization(QuantizedMatrix weights) {
    try (GpuLinear linear = new GpuLinear(backend.device(), weights)) {
      double different = different(weights.dequantized(), linear.dequantized());
      return new Agreement("dequantize " + weights.spec().label(), different, 0);
    }
  }

  /**
   * Rounds to what bf16 holds.
   *
   * @param w changed
   * @return w
   */
  static Matrix roundToBfloat16(Matrix w) {
    for (long i = 0; i < w.size(); i++) {
      w.put(i, Halves.fromBfloat16(Halves.toBfloat16(w.at(i))));
    }
    return w;
  }

  static Matrix gaussian(long rows, long columns, float sigma) {
    SplittableRandom random = new SplittableRandom(rows + columns);
    Matrix w = Matrix.zeros(rows, columns);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian() * sigma);
    }
    return w;
  }
}
