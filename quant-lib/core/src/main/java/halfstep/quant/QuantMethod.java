package halfstep.quant;

/**
 * A quantization method with its parameters. That a method needs data is part of its type: a {@link
 * Calibrated} method cannot be called without activations.
 */
public sealed interface QuantMethod {

  /** For tables, charts and command lines: {@code "rtn"}, {@code "hqq"}, {@code "awq+hqq"}. */
  String label();

  /**
   * The specification with the zeros that this method finds: what to ask it for. Methods that find
   * either kind keep those of {@code spec}.
   */
  QuantSpec fitted(QuantSpec spec);

  /** A method that looks at the weights alone. */
  sealed interface DataFree extends QuantMethod permits Rtn, Hqq, LeastSquares, Custom {}

  /** A method that looks at what flows through the weights, too. */
  sealed interface Calibrated extends QuantMethod
      permits Awq, Gptq, WeightedLeastSquares, AwqThen {}

  /** Round to nearest on each group's minimum and maximum. */
  record Rtn() implements DataFree {
    @Override
    public String label() {
      return "rtn";
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec;
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
   * @param options what of our own is switched on
   */
  record Hqq(
      float lpNorm,
      float beta,
      float kappa,
      int iterations,
      EarlyStop earlyStop,
      HqqOptions options)
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

    /** A solver without options of ours. */
    public Hqq(float lpNorm, float beta, float kappa, int iterations, EarlyStop earlyStop) {
      this(lpNorm, beta, kappa, iterations, earlyStop, HqqOptions.LIBRARY);
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

    /** The same with other options of ours. */
    public Hqq with(HqqOptions other) {
      return new Hqq(lpNorm, beta, kappa, iterations, earlyStop, other);
    }

    @Override
    public String label() {
      return "hqq";
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec.with(options.zeros().zeroPoint());
    }
  }

  /**
   * Alternating least squares over codes, scale and zero: ours.
   *
   * @param rounds rounds per start, at least 1
   */
  record LeastSquares(int rounds) implements DataFree {

    /** 20 rounds, which is plenty. */
    public static final LeastSquares DEFAULT = new LeastSquares(20);

    /** Refuses nothing to do. */
    public LeastSquares {
      requireRounds(rounds);
    }

    @Override
    public String label() {
      return "ls";
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec.with(ZeroPoint.FLOAT);
    }
  }

  /**
   * Least squares in which an input channel counts as its activations' mean square.
   *
   * @param rounds rounds per start, at least 1
   */
  record WeightedLeastSquares(int rounds) implements Calibrated {

    /** 20 rounds, which is plenty. */
    public static final WeightedLeastSquares DEFAULT = new WeightedLeastSquares(20);

    /** Refuses nothing to do. */
    public WeightedLeastSquares {
      requireRounds(rounds);
    }

    @Override
    public String label() {
      return "wls";
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec.with(ZeroPoint.FLOAT);
    }
  }

  /**
   * A researcher's own solver of one group; goes wherever a built-in method goes.
   *
   * @param name how tables, charts, command lines and refusals call it; not blank
   * @param solver called from several threads at once
   */
  record Custom(String name, GroupSolver solver) implements DataFree {

    /** Refuses a name that no table could show. */
    public Custom {
      if (name.isBlank()) {
        throw new IllegalArgumentException(
            "a method of your own needs a name, for example \"mine\"");
      }
    }

    @Override
    public String label() {
      return name;
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec;
    }
  }

  /**
   * Activation-aware weight quantization: scales, clip limits, then rounding.
   *
   * @param gridSize number of ratios tried, 0 to 1 − 1/gridSize; at least 1
   * @param duoScaling whether weights' magnitudes divide the activations' (AutoAWQ's default), or
   *     activations stand alone (llm-awq)
   * @param clip whether the largest weights of a group are cut where that lowers the error
   * @param asLibrary whether everything is done as AutoAWQ does it: the identity is no candidate, a
   *     mixture's router is left out of the folding, and the last rounding is in half precision
   */
  record Awq(int gridSize, boolean duoScaling, boolean clip, boolean asLibrary)
      implements Calibrated {

    /** AutoAWQ's parameters: 20 points, duo scaling, clipping. */
    public static final Awq DEFAULT = new Awq(20, true);

    /** With clipping, and the identity among the candidates. */
    public Awq(int gridSize, boolean duoScaling) {
      this(gridSize, duoScaling, true, false);
    }

    /** Refuses an empty grid. */
    public Awq {
      if (gridSize < 1) {
        throw new IllegalArgumentException("gridSize %d is empty; at least 1".formatted(gridSize));
      }
    }

    /** The same with or without clipping. */
    public Awq withClip(boolean on) {
      return new Awq(gridSize, duoScaling, on, asLibrary);
    }

    /** The same as AutoAWQ does it, or with our corrections. */
    public Awq asLibrary(boolean on) {
      return new Awq(gridSize, duoScaling, clip, on);
    }

    @Override
    public String label() {
      return "awq";
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return spec.zeroPoint() == ZeroPoint.FLOAT ? spec.with(ZeroPoint.INTEGER) : spec;
    }
  }

  /**
   * AWQ's scales, then another method on the scaled weights.
   *
   * @param scales how scales are searched; candidates are rounded as AWQ rounds them
   * @param then what quantizes the scaled weights
   */
  record AwqThen(Awq scales, DataFree then) implements Calibrated {

    /** AWQ's usual search; nothing is clipped, for {@code then} finds its own ranges. */
    public AwqThen(DataFree then) {
      this(Awq.DEFAULT.withClip(false), then);
    }

    @Override
    public String label() {
      return "awq+" + then.label();
    }

    @Override
    public QuantSpec fitted(QuantSpec spec) {
      return then.fitted(spec);
    }
  }

  private static void requireRounds(int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException(
          "rounds %d leaves nothing to do; at least 1".formatted(rounds));
    }
  }
}
