package halfstep.backend.vector;

import halfstep.quant.CodeKernel;
import halfstep.quant.ScalarCodes;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link CodeKernel} a vector of bytes at a time, which is one of floats or two. */
final class VectorCodes implements CodeKernel {

  private static final int L = Lanes.COUNT;
  private static final CodeKernel REST = new ScalarCodes();

  /** As many lanes as {@link Lanes#FLOATS}, but 8 at least: no vector is shorter than 64 bits. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Byte.SIZE * Math.max(8, L)));

  @Override
  public void weights(byte[] codes, int from, int to, float zero, float scale, float[] into) {
    int step = BYTES.length();
    int i = from;
    for (; i + step <= to; i += step) {
      ByteVector bytes = ByteVector.fromArray(BYTES, codes, i);
      for (int part = 0; part < step / L; part++) {
        IntVector q =
            (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, part);
        FloatVector floats = (FloatVector) q.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
        floats.sub(zero).mul(scale).intoArray(into, i + part * L);
      }
    }
    REST.weights(codes, i, to, zero, scale, into);
  }
}
