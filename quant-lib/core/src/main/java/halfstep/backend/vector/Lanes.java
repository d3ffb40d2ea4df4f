package halfstep.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The shapes that all kernels use: the machine's own, at most 16 lanes. */
final class Lanes {

  /** float32. */
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** The same lanes as 32-bit integers. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Lanes of a vector: 4, 8 or 16. */
  static final int COUNT = FLOATS.length();

  private Lanes() {}
}
