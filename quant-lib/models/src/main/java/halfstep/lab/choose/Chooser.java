package halfstep.lab.choose;

import halfstep.job.Calibration;
import halfstep.job.LayerSpecs;
import halfstep.lab.Solver;
import halfstep.lab.baseline.Ladder;
import halfstep.lab.baseline.Rung;
import halfstep.lab.memory.Fit;
import halfstep.lab.memory.MemoryPlan;
import halfstep.lab.memory.ServingSettings;
import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts measured rungs to a situation. */
public final class Chooser {

  private static final double GIB = 1L << 30;

  private final Model model;
  private final Situation situation;

  /**
   * @param model whose layers are to be served
   */
  public Chooser(Model model, Situation situation) {
    this.model = model;
    this.situation = situation;
  }

  /**
   * Decides.
   *
   * @param seed of the bootstrap
   */
  public Decision decide(Ladder ladder, long seed) {
    return Decision.of(situation, ladder.rungs().stream().map(this::candidate).toList(), seed);
  }

  private Candidate candidate(Rung rung) {
    Solver solver = rung.solver();
    List<String> against = new ArrayList<>();
    String runs = "";
    if (situation.stack().isPresent()) {
      StackCheck check =
          StackCheck.of(situation.stack().get(), solver, model, situation.serving().gpus());
      runs = check.sentence();
      if (!check.passes()) {
        against.add(check.sentence());
      }
    }
    if (situation.dataFree() && solver.method() instanceof QuantMethod.Calibrated) {
      against.add("%s looks at text".formatted(solver.method().label()));
    }
    ServingSettings serving = situation.serving().with(Optional.of(LayerSpecs.of(solver.spec())));
    MemoryPlan plan = MemoryPlan.of(model.config(), serving);
    if (plan.peak(true) > situation.vram()) {
      against.add(
          String.format(
              Locale.ROOT,
              "it takes %.2f of %.2f GiB",
              plan.peak(true) / GIB,
              situation.vram() / GIB));
    }
    int sequences = Fit.sequences(model.config(), serving, true, situation.vram());
    return new Candidate(rung, plan, sequences, runs, against);
  }

  /** What a mixture's calibration reaches, as a sentence; empty for a dense model. */
  public static Optional<String> coverage(Model model, Calibration calibration) {
    if (model.config().mixture().isEmpty()) {
      return Optional.empty();
    }
    int starved = 0;
    HiddenStates states = model.embed(calibration.windows());
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      starved += capture.starved().size();
      states = capture.output();
    }
    return Optional.of(
        "%d tokens of calibration reach all but %d of %d layers; an expert that is not reached is rounded to nearest."
            .formatted(calibration.windows().tokens(), starved, model.layers().size()));
  }
}
