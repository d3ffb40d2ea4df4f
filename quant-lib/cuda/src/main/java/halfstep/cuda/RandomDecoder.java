package halfstep.cuda;

import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import halfstep.forward.DecoderWeights;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.Arena;

/** A decoder that nobody trained, for the check: Gaussian weights, the same each time. */
record RandomDecoder(DecoderShape shape) implements DecoderWeights {

  private static final double THETA = 10_000;

  @Override
  public Matrix embedding(Arena memory) {
    return gaussian(shape.tokens(), 1f);
  }

  @Override
  public Matrix head(Arena memory) {
    return gaussian(shape.tokens(), 0.1f);
  }

  @Override
  public Matrix finalNorm(Arena memory) {
    return gaussian(new Shape(1, shape.hidden()), 1f);
  }

  @Override
  public Matrix part(int block, Part part, Arena memory) {
    Shape of = shape.shape(part);
    return gaussian(of, of.rows() == 1 ? 1f : (float) (1 / Math.sqrt(of.cols())));
  }

  @Override
  public Rotation rotation(int positions) {
    int half = shape.heads().dim() / 2;
    Matrix cosines = Matrix.zeros(positions, half);
    Matrix sines = Matrix.zeros(positions, half);
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        double angle = p * Math.pow(THETA, -(double) i / half);
        cosines.set(p, i, (float) Math.cos(angle));
        sines.set(p, i, (float) Math.sin(angle));
      }
    }
    return new Rotation(cosines, sines);
  }

  private static Matrix gaussian(Shape of, float sigma) {
    return Agreements.gaussian(of.rows(), of.cols(), sigma);
  }
}
