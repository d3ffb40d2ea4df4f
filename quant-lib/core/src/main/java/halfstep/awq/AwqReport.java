package halfstep.awq;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of one search: every loss, the point without scales beside them, and by name what
 * could not be searched.
 */
public sealed interface AwqReport {

  /** Names of the layers that share the scales. */
  List<String> layers();

  /** Tokens that reached these layers. */
  long tokens();

  /**
   * The scales to use.
   *
   * @throws NoFiniteLossException if there was a search and no ratio gave a finite loss
   */
  ChannelScales scales();

  /**
   * The scales that a search with these parameters takes: those of {@link #scales()}, or without
   * the identity if all is to be as AutoAWQ does it.
   *
   * @throws NoFiniteLossException if there was a search and no ratio gave a finite loss
   */
  ChannelScales scales(Awq config);

  /** Every grid point in order; none if there was no search. */
  List<AwqStep> steps();

  /** What a reader should know, one sentence each; empty if all went well. */
  List<String> remarks();

  /**
   * Searches, unless no token reached the layers. A layer that is judged by its own output is
   * searched on the device that this thread's work goes to, if it has a {@link LossDevice}.
   *
   * @param layers names for messages, in the order of {@code linears}
   * @param linears each {@code out × in}; not modified
   * @param windows statistics of the shared input per calibration window, in the order of the rows
   *     of the inspected output
   * @param inspected is not run if no token reached the layers
   */
  static AwqReport search(
      List<String> layers,
      List<Matrix> linears,
      QuantSpec spec,
      Awq config,
      List<Activations> windows,
      Inspected inspected) {
    List<QuantSpec> specs = AwqScaleSearch.same(spec, linears);
    return search(layers, linears, specs, config, windows, inspected);
  }

  /**
   * The same for layers that are not all quantized alike.
   *
   * @param specs one per layer
   */
  static AwqReport search(
      List<String> layers,
      List<Matrix> linears,
      List<QuantSpec> specs,
      Awq config,
      List<Activations> windows,
      Inspected inspected) {
    Activations all = Activations.merged(windows);
    if (all.tokens() == 0) {
      specs.forEach(AwqChecks::requireGrid);
      linears.forEach(w -> AwqChecks.requireWeights(w, all.channels()));
      return new Starved(layers, all.channels());
    }
    AwqScaleSearch search = AwqScaleSearch.unlike(linears, specs, config, all, inspected);
    List<AwqStep> found = search.all();
    return new Searched(
        layers,
        all.tokens(),
        search.deadChannels(),
        found.subList(0, found.size() - 1),
        found.getLast());
  }

  /**
   * The grid was searched.
   *
   * @param layers names of the layers that share the scales
   * @param tokens tokens that reached them
   * @param deadChannels channels whose inputs or weights were all zero; their scale is 1
   * @param steps every grid point, in order
   * @param identity the point without scales: plain rounding
   */
  record Searched(
      List<String> layers,
      long tokens,
      List<Integer> deadChannels,
      List<AwqStep> steps,
      AwqStep identity)
      implements AwqReport {

    private static final int MOST_NAMED = 8;

    /** Takes copies of the lists. */
    public Searched {
      layers = List.copyOf(layers);
      deadChannels = List.copyOf(deadChannels);
      steps = List.copyOf(steps);
    }

    /**
     * The grid point of least loss, as the libraries choose; the first of equals.
     *
     * @throws NoFiniteLossException if none has a finite loss
     */
    public AwqStep gridBest() {
      return AwqScaleSearch.best(layers, steps);
    }

    /**
     * The grid point of least loss, or the identity where that is strictly better.
     *
     * @throws NoFiniteLossException if no grid point has a finite loss
     */
    public AwqStep best() {
      AwqStep grid = gridBest();
      return identity.outputMse() < grid.outputMse() ? identity : grid;
    }

    /** As {@link #best()}, but the identity, finite or not, where no grid point is finite. */
    public AwqStep bestOrIdentity() {
      boolean finite = steps.stream().anyMatch(step -> Double.isFinite(step.outputMse()));
      return finite ? best() : identity;
    }

    /** The step that a search with these parameters takes. */
    public AwqStep taken(Awq config) {
      return config.asLibrary() ? gridBest() : best();
    }

    /** Scales of {@link #best()}. */
    @Override
    public ChannelScales scales() {
      return best().scales();
    }

    @Override
    public ChannelScales scales(Awq config) {
      return taken(config).scales();
    }

    @Override
    public List<String> remarks() {
      return Stream.of(deadRemark(), infiniteRemark(), identityRemark())
          .flatMap(List::stream)
          .toList();
    }

    private List<String> deadRemark() {
      if (deadChannels.isEmpty()) {
        return List.of();
      }
      String named =
          deadChannels.stream()
              .limit(MOST_NAMED)
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      return List.of(
          "%s: %d of %d channels are dead, their inputs or weights were all zero: %s%s; their scale is 1"
              .formatted(
                  String.join(" + ", layers),
                  deadChannels.size(),
                  identity.scales().channels(),
                  named,
                  deadChannels.size() > MOST_NAMED ? ", …" : ""));
    }

    private List<String> infiniteRemark() {
      long bad = steps.stream().filter(step -> !Double.isFinite(step.outputMse())).count();
      return bad == 0
          ? List.of()
          : List.of(
              "%s: %d of %d ratios have no finite loss"
                  .formatted(String.join(" + ", layers), bad, steps.size()));
    }

    private List<String> identityRemark() {
      return bestOrIdentity().equals(identity)
          ? List.of(
              "%s: plain rounding is better than every ratio of the grid"
                  .formatted(String.join(" + ", layers)))
          : List.of();
    }
  }

  /**
   * No token reached the layers, such as those of an expert that the router never chose: nothing to
   * choose scales by, so all are 1.
   *
   * @param layers names of the layers
   * @param channels number of input channels
   */
  record Starved(List<String> layers, int channels) implements AwqReport {

    /** Takes a copy of the list. */
    public Starved {
      layers = List.copyOf(layers);
    }

    @Override
    public long tokens() {
      return 0;
    }

    @Override
    public ChannelScales scales() {
      return ChannelScales.ones(channels);
    }

    @Override
    public ChannelScales scales(Awq config) {
      return scales();
    }

    @Override
    public List<AwqStep> steps() {
      return List.of();
    }

    @Override
    public List<String> remarks() {
      return List.of(
          "%s: no token reached these layers; their scales are 1. Calibrate with more or other text."
              .formatted(String.join(" + ", layers)));
    }
  }
}
