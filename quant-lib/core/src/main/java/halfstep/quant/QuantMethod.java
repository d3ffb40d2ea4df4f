package halfstep.quant;

/**
 * A quantization method with its parameters. That a method needs data is part of its type: a {@link
 * Calibrated} method cannot be called without activations.
 */
public sealed interface QuantMethod {

  /** For tables and charts: {@code "rtn"}, {@code "hqq"}, {@code "awq"}. */
  String label();

  /** A method that looks at the weights alone. */
  sealed interface DataFree extends QuantMethod permits Rtn, Hqq {}

  /** A method that looks at what flows through the weights, too. */
  sealed interface Calibrated extends QuantMethod permits Awq {}

  /** Round to nearest on each group's minimum and maximum. */
  record Rtn() implements DataFree {
    @Override
    public String label() {
      return "rtn";
    }
  }

  /**
   * Half-quadratic quantization.
   *
   * <p>hqq's solvers are four settings of this one: {@link #LEGACY} (the released default), {@link
   * #HEAD} (its successor's default), {@link #V2} and {@link #SLOW}.
   *
   * @param lpNorm p of the |·|ᵖ that the residual pays, in (0, 1]
   * @param beta weight of the quadratic coupling in the first half-step, positive
   * @param kappa factor by which beta grows with each half-step, at least 1; 1 keeps it constant
   * @param iterations most half-steps taken, at least 1
   * @param earlyStop when to stop sooner
   */
  record Hqq(float lpNorm, float beta, float kappa, int iterations, EarlyStop earlyStop)
      implements DataFree {

    /** hqq 0.2.8's default: β stays 10 though κ is given, the failing step is kept. */
    public static final Hqq LEGACY = new Hqq(0.7f, 10f, 1f, 20, EarlyStop.KEEP_LAST);

    /** The successor's default: β grows. */
    public static final Hqq HEAD = new Hqq(0.7f, 10f, 1.01f, 20, EarlyStop.KEEP_LAST);

    /** hqq's optimize_weights_proximal_v2: β grows, the best step is restored. */
    public static final Hqq V2 = new Hqq(0.7f, 10f, 1.01f, 20, EarlyStop.RESTORE_BEST);

    /** hqq's optimize_weights_proximal_slow: as v2, 100 half-steps whatever the error does. */
    public static final Hqq SLOW = new Hqq(0.7f, 10f, 1.01f, 100, EarlyStop.OFF);

    /** {@link #LEGACY}. */
    public static final Hqq DEFAULT = LEGACY;

    /** A solver with constant beta. */
    public Hqq(float lpNorm, float beta, int iterations, EarlyStop earlyStop) {
      this(lpNorm, beta, 1f, iterations, earlyStop);
    }

    /** Refuses parameters outside their range. */
    public Hqq {
      if (!(lpNorm > 0 && lpNorm <= 1)) {
        throw new IllegalArgumentException("lpNorm %s is outside (0, 1]".formatted(lpNorm));
      }
      if (!(beta > 0) || Float.isInfinite(beta)) {
        throw new IllegalArgumentException("beta %s is not positive and finite".formatted(beta));
      }
      if (!(kappa >= 1) || Float.isInfinite(kappa)) {
        throw new IllegalArgumentException(
            "kappa %s would shrink beta or is infinite; at least 1".formatted(kappa));
      }
      if (iterations < 1) {
        throw new IllegalArgumentException(
            "iterations %d leaves nothing to do; at least 1".formatted(iterations));
      }
    }

    @Override
    public String label() {
      return "hqq";
    }
  }

  /**
   * Activation-aware weight quantization: the scale search.
   *
   * @param gridSize number of ratios tried, 0 to 1 − 1/gridSize; at least 1
   * @param duoScaling whether weights' magnitudes divide the activations' (AutoAWQ's default), or
   *     activations stand alone (llm-awq)
   */
  record Awq(int gridSize, boolean duoScaling) implements Calibrated {

    /** AutoAWQ's defaults: 20 points, duo scaling. */
    public static final Awq DEFAULT = new Awq(20, true);

    /** Refuses an empty grid. */
    public Awq {
      if (gridSize < 1) {
        throw new IllegalArgumentException("gridSize %d is empty; at least 1".formatted(gridSize));
      }
    }

    @Override
    public String label() {
      return "awq";
    }
  }
}
