package halfstep.testing;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipGrid;
import halfstep.awq.Clipping;
import halfstep.awq.ScaleFolding;
import halfstep.awq.ScaledThen;
import halfstep.awq.TensorEdit;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.compose.Steps;
import halfstep.custom.CustomQuantizer;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.linear.QuantizedLinear;
import halfstep.metric.LogSoftmax;
import halfstep.pack.AwqGemmPacking;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.HqqPacking;
import halfstep.quant.AffineGrid;
import halfstep.quant.ChannelScales;
import halfstep.quant.Codes;
import halfstep.quant.Gptq;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.quant.Grouping;
import halfstep.quant.HqqOptions;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.rtn.RoundingRule;
import halfstep.tensor.GramSum;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One fitting argument for each type of core's API, all made for weights of {@code 16 × 32}: what
 * tests that find methods by reflection call them with.
 */
final class ShapeExamples {

  /** The shape that all examples fit. */
  static final Shape SHAPE = new Shape(16, 32);

  private final QuantSpec spec;
  private final Map<Type, Supplier<?>> examples = new HashMap<>();

  /**
   * @param spec groups that divide {@link #SHAPE}
   */
  ShapeExamples(QuantSpec spec) {
    this.spec = spec;
    plain();
    vocabulary();
    methods();
    calibrated();
    packings();
  }

  /**
   * Examples for the methods of a type: norms and biases are one row, everything else is a weight.
   *
   * @param spec groups that divide {@link #SHAPE}
   */
  static ShapeExamples of(Class<?> declaring, QuantSpec spec) {
    ShapeExamples examples = new ShapeExamples(spec);
    if (declaring == TensorEdit.DivideVector.class) {
      examples.put(Matrix.class, () -> matrix(new Shape(1, SHAPE.cols())));
    }
    return examples;
  }

  private <T> void put(Class<T> type, Supplier<? extends T> example) {
    examples.put(type, example);
  }

  private void plain() {
    put(int.class, () -> 1);
    put(long.class, () -> 0L);
    put(double.class, () -> 0.5);
    put(float.class, () -> 0.5f);
    put(boolean.class, () -> false);
    put(String.class, () -> "the example");
    put(float[].class, ShapeExamples::ones);
    put(byte[].class, () -> new byte[8]);
    put(DoubleBinaryOperator.class, () -> Double::sum);
    put(RandomGenerator.class, () -> new Random(1));
    put(MemorySegment.class, () -> Arena.ofAuto().allocate(2 * SHAPE.size()));
  }

  private void vocabulary() {
    put(Matrix.class, () -> matrix(SHAPE));
    put(Shape.class, () -> SHAPE);
    put(QuantSpec.class, () -> spec);
    put(Grouping.class, () -> spec.grouping(SHAPE));
    put(Grouping.ValuesBlock.class, () -> (values, first, count) -> {});
    put(Codes.class, () -> Codes.zeros(SHAPE));
    put(ChannelScales.class, () -> ChannelScales.of(ones()));
    put(GroupParams.class, this::params);
    put(QuantizedMatrix.class, () -> new QuantizedMatrix(spec, Codes.zeros(SHAPE), params()));
    put(
        MinMaxRounding.Grids.class,
        () -> (values, from, size) -> AffineGrid.of(values, from, size, spec));
  }

  private void methods() {
    put(QuantMethod.Hqq.class, () -> QuantMethod.Hqq.DEFAULT);
    put(QuantMethod.Awq.class, () -> QuantMethod.Awq.DEFAULT);
    put(QuantMethod.WeightedLeastSquares.class, () -> QuantMethod.WeightedLeastSquares.DEFAULT);
    put(QuantMethod.DataFree.class, QuantMethod.Rtn::new);
    put(QuantMethod.Calibrated.class, () -> QuantMethod.Awq.DEFAULT);
    put(HqqOptions.class, () -> HqqOptions.LIBRARY);
    put(Steps.class, () -> Steps.SKIPPED);
    put(HqqSolver.class, this::hqq);
    put(HqqStep.class, () -> hqq().first());
    put(RoundingRule.class, () -> RoundingRule.of(spec));
    GroupSolver zero = (group, any) -> GroupSolution.of(1f, 0f, new int[group.length]);
    put(GroupSolver.class, () -> zero);
    put(CustomQuantizer.class, () -> new CustomQuantizer("zero", zero));
  }

  private void calibrated() {
    ChannelScales scales = ChannelScales.of(ones());
    QuantSpec integer = spec.with(ZeroPoint.INTEGER);
    put(int[].class, () -> new int[] {6, 10});
    put(Activations.class, () -> Activations.of(matrix(SHAPE)));
    put(Inspected.Layer.class, () -> new Inspected.Layer(matrix(SHAPE)));
    put(Inspected.class, () -> Inspected.layer(matrix(SHAPE)));
    put(GramSum.class, () -> new GramSum((int) SHAPE.cols()));
    put(ClipGrid.class, () -> ClipGrid.DEFAULT);
    put(Clipping.class, () -> new AwqClipSearch(matrix(SHAPE), integer, matrix(SHAPE)).best());
    put(ScaledThen.Solver.class, () -> RoundToNearest::quantize);
    put(TensorEdit.MultiplyColumns.class, () -> new TensorEdit.MultiplyColumns("w", scales));
    put(TensorEdit.DivideVector.class, () -> new TensorEdit.DivideVector("n", scales, 0f));
    ChannelScales rows = ChannelScales.ones((int) SHAPE.rows());
    put(TensorEdit.DivideRows.class, () -> new TensorEdit.DivideRows("w", rows));
    ScaleFolding.Source norm = new ScaleFolding.Source.Norm("norm", Optional.empty(), 0f);
    put(ScaleFolding.class, () -> new ScaleFolding(scales, norm, List.of("w")));
    put(Gptq.class, () -> Gptq.DEFAULT);
    put(Hessian.class, () -> Hessian.of(matrix(SHAPE)));
    Matrix column = matrix(new Shape(SHAPE.rows(), 1));
    put(GptqStep.Started.class, () -> new GptqStep.Started(0, new GroupParams(column, column)));
    put(GroupIndex.class, () -> gptq().groupIndex());
  }

  private GptqSolver gptq() {
    QuantSpec integer = spec.with(ZeroPoint.INTEGER);
    Hessian hessian = Hessian.of(matrix(SHAPE));
    return new GptqSolver(matrix(SHAPE), integer, Gptq.DEFAULT, hessian);
  }

  private void packings() {
    put(HqqPacking.class, () -> new HqqPacking(spec));
    put(AwqGemmPacking.class, AwqGemmPacking::new);
    put(GptqPacking.class, () -> new GptqPacking(4, GptqPacking.Version.V2));
    put(CompressedTensorsPacking.class, () -> new CompressedTensorsPacking(4));
    put(GgufBlocks.class, () -> GgufBlocks.Q4_0);
    put(
        QuantizedLinear.class,
        () -> QuantizedLinear.of(new QuantizedMatrix(spec, Codes.zeros(SHAPE), params())));
    put(LogSoftmax.class, () -> new LogSoftmax((int) SHAPE.cols()));
  }

  private HqqSolver hqq() {
    return new HqqSolver(matrix(SHAPE), spec, QuantMethod.Hqq.DEFAULT);
  }

  private static float[] ones() {
    float[] ones = new float[(int) SHAPE.cols()];
    Arrays.fill(ones, 1f);
    return ones;
  }

  private GroupParams params() {
    Shape shape = spec.grouping(SHAPE).paramShape();
    return new GroupParams(matrix(shape), Matrix.zeros(shape.rows(), shape.cols()));
  }

  /** Whole numbers from 1 to 7: weights, scales and zeros alike. */
  static Matrix matrix(Shape shape) {
    Matrix matrix = Matrix.zeros(shape.rows(), shape.cols());
    for (long i = 0; i < matrix.size(); i++) {
      matrix.put(i, (float) (1 + 5 * i % 7));
    }
    return matrix;
  }

  /** An example of a parameter's type, if there is one. */
  Optional<?> example(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return example(list.getActualTypeArguments()[0]).map(List::of);
    }
    Supplier<?> supplier = examples.get(type);
    return supplier == null ? Optional.empty() : Optional.of(supplier.get());
  }

  /** Whether a parameter's shape can be wrong. */
  static boolean hasShape(Type type) {
    return type == Matrix.class || type == Codes.class || isList(type);
  }

  /** The same kind of argument with another shape. */
  static Object shaped(Type type, Shape shape) {
    if (type == Codes.class) {
      return Codes.zeros(shape);
    }
    return isList(type) ? List.of(matrix(shape)) : matrix(shape);
  }

  private static boolean isList(Type type) {
    return type instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] == Matrix.class;
  }
}
