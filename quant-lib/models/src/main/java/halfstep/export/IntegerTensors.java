package halfstep.export;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.GroupIndex;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What formats with integer zeros share. */
final class IntegerTensors {

  private IntegerTensors() {}

  /** The group size as their configurations write it: −1 for a whole row. */
  static int configured(QuantSpec spec) {
    return spec.groupSize() == QuantSpec.WHOLE ? -1 : spec.groupSize();
  }

  /**
   * The specification of a layer that has so many groups a row.
   *
   * @throws ExportException if they do not divide the row
   */
  static QuantSpec spec(
      Path file, String layer, int bits, long in, long groups, ZeroPoint zeroPoint) {
    if (groups < 1 || in % groups != 0) {
      throw ExportException.ofFile(
          file,
          "layer %s: %d groups do not divide %d inputs; the file is corrupt"
              .formatted(layer, groups, in));
    }
    int size = groups == 1 ? QuantSpec.WHOLE : Math.toIntExact(in / groups);
    return new QuantSpec(Bits.of(bits), size, Axis.IN, zeroPoint);
  }

  /** The index as a file's: the group of each input. */
  static MemorySegment index(QuantizedMatrix q) {
    @Nullable GroupIndex index = q.groupIndex();
    int size = q.spec().grouping(q.shape()).size();
    int[] groups =
        index != null
            ? index.toArray()
            : IntStream.range(0, Math.toIntExact(q.shape().cols())).map(c -> c / size).toArray();
    return MemorySegment.ofArray(groups);
  }

  /**
   * The index of a file; null if it has none, or one of groups that are consecutive inputs.
   *
   * @param shape {@code out × in} of the layer
   * @throws ExportException if an input's group does not exist
   */
  static @Nullable GroupIndex index(TensorFiles files, String tensor, QuantSpec spec, Shape shape) {
    if (!files.contains(tensor)) {
      return null;
    }
    long in = shape.cols();
    long groups = spec.grouping(shape).groups() / shape.rows();
    int[] index = Arrays.stream(files.integers(tensor)).mapToInt(Math::toIntExact).toArray();
    long size = in / groups;
    boolean consecutive = index.length == in;
    for (int c = 0; c < index.length; c++) {
      if (index[c] < 0 || index[c] >= groups) {
        throw ExportException.ofFile(
            files.path(),
            "tensor %s: input %d is said to be in group %d, but there are %d; the file is corrupt"
                .formatted(tensor, c, index[c], groups));
      }
      consecutive &= index[c] == c / size;
    }
    if (index.length != in) {
      throw ExportException.ofFile(
          files.path(),
          "tensor %s: %d inputs were expected, %d came".formatted(tensor, in, index.length));
    }
    return consecutive ? null : GroupIndex.of(index);
  }

  /** A matrix of one number. */
  static Matrix filled(long rows, long cols, float value) {
    Matrix matrix = Matrix.zeros(rows, cols);
    float[] row = new float[Math.toIntExact(cols)];
    Arrays.fill(row, value);
    for (long r = 0; r < rows; r++) {
      matrix.write(r * cols, row, 0, row.length);
    }
    return matrix;
  }
}
