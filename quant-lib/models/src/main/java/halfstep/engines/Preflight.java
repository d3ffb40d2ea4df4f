package halfstep.engines;

import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether an engine will run a checkpoint, asked before hours are spent on making it.
 *
 * @param engine as {@code --for} names it
 * @param format as {@code --to} names it
 * @param tp devices among which layers are cut
 * @param fitting kernels that take all layers
 * @param problems why the others do not, one sentence each with the nearest setting that works;
 *     those of the kernel that comes closest
 */
public record Preflight(
    String engine, String format, int tp, List<EngineKernel> fitting, List<String> problems) {

  private static final int MOST_LAYERS = 3;

  /** Takes copies of the lists. */
  public Preflight {
    fitting = List.copyOf(fitting);
    problems = List.copyOf(problems);
  }

  /** Whether some kernel takes all layers. */
  public boolean passes() {
    return !fitting.isEmpty();
  }

  /**
   * Checks.
   *
   * @param layers all quantized layers
   * @throws IllegalArgumentException if there is no such engine, or {@code tp} is not positive
   */
  public static Preflight check(String engine, String format, int tp, List<PlannedLayer> layers) {
    if (tp < 1) {
      throw new IllegalArgumentException("--tp %d is no number of devices".formatted(tp));
    }
    List<EngineKernel> kernels = SupportTable.read().of(engine);
    List<EngineKernel> reading =
        kernels.stream().filter(kernel -> kernel.formats().contains(format)).toList();
    if (reading.isEmpty()) {
      String formats =
          kernels.stream()
              .flatMap(kernel -> kernel.formats().stream())
              .distinct()
              .collect(Collectors.joining(", "));
      String problem = "%s does not read %s; write --to %s".formatted(engine, format, formats);
      return new Preflight(engine, format, tp, List.of(), List.of(problem));
    }
    Map<EngineKernel, List<String>> problems = new LinkedHashMap<>();
    reading.forEach(kernel -> problems.put(kernel, problems(kernel, tp, layers)));
    List<EngineKernel> fitting =
        reading.stream()
            .filter(kernel -> problems.getOrDefault(kernel, List.of()).isEmpty())
            .toList();
    List<String> fewest =
        problems.values().stream().min(Comparator.comparingInt(List::size)).orElse(List.of());
    return new Preflight(engine, format, tp, fitting, fewest);
  }

  private static List<String> problems(EngineKernel kernel, int tp, List<PlannedLayer> layers) {
    Map<String, List<String>> byProblem = new LinkedHashMap<>();
    for (PlannedLayer layer : layers) {
      for (String problem : problems(kernel, tp, layer)) {
        byProblem.computeIfAbsent(problem, none -> new ArrayList<>()).add(layer.name());
      }
    }
    List<String> sentences = new ArrayList<>();
    byProblem.forEach((problem, names) ->
        sentences.add("%s: %s (%s)".formatted(kernel.kernel(), problem, named(names))));
    return sentences;
  }

  private static String named(List<String> names) {
    String first = names.stream().limit(MOST_LAYERS).collect(Collectors.joining(", "));
    return names.size() <= MOST_LAYERS
        ? first
        : "%s and %d more".formatted(first, names.size() - MOST_LAYERS);
  }

  private static List<String> problems(EngineKernel kernel, int tp, PlannedLayer layer) {
    List<String> problems = new ArrayList<>();
    QuantSpec spec = layer.spec();
    String bits = spec.bits().label();
    if (!kernel.bits().isEmpty() && !kernel.bits().contains(bits)) {
      problems.add(
          "it takes %s bits, not %s; use --bits %s"
              .formatted(
                  String.join(", ", kernel.bits()),
                  bits,
                  nearest(kernel.bits(), Double.parseDouble(bits))));
    }
    if (spec.axis() == Axis.OUT && !kernel.axis0()) {
      problems.add("it takes groups along axis 1, not 0; use --axis 1");
    }
    if (!kernel.zeros().isEmpty() && !kernel.zeros().contains(spec.zeroPoint().name())) {
      problems.add(zeros(kernel, spec));
    }
    if (layer.indexed() && !kernel.indexed()) {
      problems.add("it takes no act-order; solve with static groups");
    }
    if (layer.cut() % tp != 0) {
      problems.add("%d devices do not divide %d evenly".formatted(tp, layer.cut()));
      return problems;
    }
    shapes(kernel, tp, layer, problems);
    return problems;
  }

  private static String zeros(EngineKernel kernel, QuantSpec spec) {
    String wanted = kernel.zeros().getFirst();
    String way =
        switch (wanted) {
          case "INTEGER" -> "use --zero integer";
          case "SYMMETRIC" -> "use a symmetric method, such as gptq --symmetric";
          default -> "quantize with hqq";
        };
    return "it takes %s zeros, not %s; %s"
        .formatted(
            String.join(" or ", kernel.zeros()).toLowerCase(java.util.Locale.ROOT),
            spec.zeroPoint().name().toLowerCase(java.util.Locale.ROOT),
            way);
  }

  private static void shapes(
      EngineKernel kernel, int tp, PlannedLayer layer, List<String> problems) {
    long in = layer.in(tp);
    long out = layer.out(tp);
    String shard = tp == 1 ? "" : " of each of %d devices".formatted(tp);
    if (in % kernel.in() != 0) {
      problems.add(
          "its tiles take multiples of %d inputs, but in%s = %d; exclude the layer, or use fewer devices"
              .formatted(kernel.in(), shard, in));
    }
    if (out % kernel.out() != 0) {
      problems.add(
          "its tiles take multiples of %d outputs, but out%s = %d; exclude the layer, or use fewer devices"
              .formatted(kernel.out(), shard, out));
    }
    boolean whole = layer.spec().groupSize() == QuantSpec.WHOLE;
    int group = whole ? -1 : layer.spec().groupSize();
    boolean taken = kernel.groups().isEmpty() || kernel.groups().contains(group);
    if (!taken || (!whole && layer.spec().axis() == Axis.IN && in % group != 0)) {
      problems.add(groups(kernel, in, shard, taken, group));
    }
  }

  private static String groups(
      EngineKernel kernel, long in, String shard, boolean taken, int group) {
    List<Integer> working =
        (kernel.groups().isEmpty() ? List.of(128, 64, 32) : kernel.groups())
            .stream().filter(size -> size < 0 || in % size == 0).toList();
    String way =
        working.isEmpty()
            ? "no group size works"
            : "use --group " + nearest(working.stream().map(Preflight::word).toList(), group);
    return taken
        ? "groups of %d do not divide in%s = %d; %s".formatted(group, shard, in, way)
        : "it takes groups of %s, not %s; %s"
            .formatted(
                kernel.groups().stream().map(Preflight::word).collect(Collectors.joining(", ")),
                word(group),
                way);
  }

  private static String word(int group) {
    return group < 0 ? "row" : Integer.toString(group);
  }

  private static String nearest(List<String> words, double wanted) {
    return words.stream()
        .min(
            Comparator.comparingDouble(
                word -> word.equals("row") ? 1e9 : Math.abs(Double.parseDouble(word) - wanted)))
        .orElse("");
  }

  /** One sentence, and one per problem. */
  @Override
  public String toString() {
    if (!passes()) {
      return "%s will not run it: %s".formatted(engine, String.join("; ", problems));
    }
    return "%s will run it: %s"
        .formatted(
            engine,
            fitting.stream()
                .map(kernel ->
                    kernel.kernel()
                        + (kernel.note().isEmpty() ? "" : " (" + kernel.note() + ")")
                        + ", read from "
                        + kernel.from())
                .collect(Collectors.joining("; ")));
  }
}
