package halfstep.quant;

/** Weights or activations that hold NaN or infinities. */
public final class NonFiniteException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  NonFiniteException(String message) {
    super(message);
  }
}
