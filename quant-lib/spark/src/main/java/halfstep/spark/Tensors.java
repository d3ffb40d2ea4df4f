package halfstep.spark;

import halfstep.quant.ChannelScales;
import halfstep.quant.Codes;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Matrices as bytes, little-endian as all of Halfstep's files. */
final class Tensors {

  private static final int SLICE = 1 << 20;

  private Tensors() {}

  static void write(DataOutputStream out, Matrix matrix) throws IOException {
    out.writeLong(matrix.rows());
    out.writeLong(matrix.cols());
    write(out, matrix.segment());
  }

  static Matrix matrix(DataInputStream in) throws IOException {
    Matrix matrix = Matrix.zeros(in.readLong(), in.readLong());
    read(in, matrix.segment());
    return matrix;
  }

  static void write(DataOutputStream out, QuantizedMatrix quantized) throws IOException {
    Records.write(out, quantized.spec());
    Records.write(out, quantized.shape());
    write(out, quantized.codes().segment());
    write(out, quantized.params().scales());
    write(out, quantized.params().zeros());
    ChannelScales scales = quantized.channelScales();
    float[] factors = scales == null ? new float[0] : scales.toArray();
    out.writeInt(factors.length);
    write(out, MemorySegment.ofArray(factors));
    GroupIndex index = quantized.groupIndex();
    int[] groups = index == null ? new int[0] : index.toArray();
    out.writeInt(groups.length);
    write(out, MemorySegment.ofArray(groups));
  }

  static QuantizedMatrix quantized(DataInputStream in) throws IOException {
    QuantSpec spec = Records.read(in, QuantSpec.class);
    Codes codes = Codes.zeros(Records.read(in, Shape.class));
    read(in, codes.segment());
    GroupParams params = new GroupParams(matrix(in), matrix(in));
    float[] factors = new float[in.readInt()];
    read(in, MemorySegment.ofArray(factors));
    int[] groups = new int[in.readInt()];
    read(in, MemorySegment.ofArray(groups));
    return new QuantizedMatrix(
        spec,
        codes,
        params,
        factors.length == 0 ? null : ChannelScales.of(factors),
        groups.length == 0 ? null : GroupIndex.of(groups));
  }

  private static void write(DataOutputStream out, MemorySegment bytes) throws IOException {
    byte[] slice = new byte[(int) Math.min(SLICE, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += slice.length) {
      int count = (int) Math.min(slice.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, slice, 0, count);
      out.write(slice, 0, count);
    }
  }

  private static void read(DataInputStream in, MemorySegment into) throws IOException {
    byte[] slice = new byte[(int) Math.min(SLICE, into.byteSize())];
    for (long at = 0; at < into.byteSize(); at += slice.length) {
      int count = (int) Math.min(slice.length, into.byteSize() - at);
      in.readFully(slice, 0, count);
      MemorySegment.copy(slice, 0, into, ValueLayout.JAVA_BYTE, at, count);
    }
  }
}
