package halfstep.magics.run;

import halfstep.hub.DownloadListener;
import halfstep.hub.Hub;
import halfstep.hub.ModelPlan;
import halfstep.job.LayerSpecs;
import halfstep.lab.Verdict;
import halfstep.lab.memory.KnownShapes;
import halfstep.lab.memory.ServingOption;
import halfstep.lab.memory.ServingPlan;
import halfstep.lab.memory.ServingSettings;
import halfstep.llm.ModelConfig;
import halfstep.magics.command.LabPlan;
import halfstep.magics.command.Nearest;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.HubFetch;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.table.PlanTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** A plan made ready: the same behind magic and command line. */
public final class PlanRun {

  private static final double GIB = 1L << 30;

  private final Folders folders;
  private final Supplier<Hub> hub;

  /**
   * @param folders where models are looked for
   * @param hub asked for {@code config.json} alone
   */
  public PlanRun(Folders folders, Supplier<Hub> hub) {
    this.folders = folders;
    this.hub = hub;
  }

  /**
   * The shape that a word names: one that is known, a model's, or one on the hub.
   *
   * @throws NotFoundException if there is none
   */
  public ModelConfig shape(String word) {
    Optional<ModelConfig> known = KnownShapes.of(word.toLowerCase(Locale.ROOT));
    if (known.isPresent()) {
      return known.get();
    }
    if (folders.isHubModel(word)) {
      Hub asked = hub.get();
      ModelPlan plan = HubFetch.plan(asked, word);
      Path config = asked.file(plan.repo(), plan.commit(), "config.json", DownloadListener.NONE);
      return ModelConfig.read(Objects.requireNonNull(config.getParent()));
    }
    List<String> names = new ArrayList<>(folders.modelNames());
    names.addAll(KnownShapes.names());
    if (!names.contains(word) && !Files.isDirectory(folders.here().resolve(word))) {
      throw new NotFoundException(
          "there is no model or shape \"%s\"; nearest: %s. Shapes are %s"
              .formatted(
                  word,
                  Nearest.to(word, names, 1).getFirst(),
                  String.join(", ", KnownShapes.names())));
    }
    return ModelConfig.read(folders.model(word));
  }

  /** The plan. */
  public static ServingPlan plan(String name, ModelConfig config, LabPlan request) {
    ServingSettings asked = request.settings();
    ServingSettings settings =
        request.shortened()
            ? asked.withContext(Math.min(asked.context(), config.maxPositions()))
            : asked;
    List<ServingOption> options =
        request.specs().stream()
            .map(spec ->
                ServingOption.of(config, settings, spec.map(LayerSpecs::of), request.vram()))
            .toList();
    return new ServingPlan(name, request.vram(), settings, options);
  }

  /** What a reader sees of a plan. */
  public static Report<ServingPlan> report(ServingPlan plan) {
    List<String> notes = new ArrayList<>();
    plan.threeBitsAreNeeded().map(Verdict::toString).ifPresent(notes::add);
    notes.add(
        plan.best()
            .map(best ->
                String.format(
                    Locale.ROOT,
                    "The most bits that fit: %s, %.2f GiB at its peak, %.2f GiB if layers are dequantized whole.",
                    best.name(),
                    best.plan().peak(true) / GIB,
                    best.plan().peak(false) / GIB))
            .orElse("None of these widths fits."));
    notes.addAll(plan.steps());
    notes.add(
        String.format(
            Locale.ROOT,
            "Counted: scales, zeros and padding; embedding, head, norms and activations in 16 bits; a cache of %d bits; %,d tokens at once through a layer; %.2f GiB kept free. Attention without a matrix of scores.",
            plan.settings().cacheBits(),
            plan.settings().stepTokens(),
            plan.settings().reserve() / GIB));
    return new Report<>(
        title(plan), PlanTables.options(plan), notes, plan, "halfstep.lab.memory.ServingPlan");
  }

  static String title(ServingPlan plan) {
    String devices =
        plan.settings().gpus() == 1 ? "" : "each of %d × ".formatted(plan.settings().gpus());
    return String.format(
        Locale.ROOT,
        "%s (%.2f billion parameters) on %s%.0f GiB, context %,d, batch %d",
        plan.model(),
        plan.shown().plan().parameters() / 1e9,
        devices,
        plan.vram() / GIB,
        plan.settings().context(),
        plan.settings().batch());
  }
}
