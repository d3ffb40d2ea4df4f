package halfstep.magics.run;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.widget.Box;
import halfstep.kernel.widget.Dropdown;
import halfstep.kernel.widget.FloatSlider;
import halfstep.kernel.widget.FramePlayer;
import halfstep.kernel.widget.Widget;
import halfstep.kernel.widget.Widgets;
import halfstep.magics.chart.Frames;
import halfstep.magics.chart.HqqFrames;
import halfstep.magics.display.PlayerBundle;
import halfstep.magics.session.Walk;
import halfstep.magics.table.BitsLabel;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * A walk as frames to play. Where the front end has widgets, bits and β can be moved below it, and
 * the layer is solved anew; the walk that the following cells stand on does not change.
 */
final class HqqPlayer {

  /** Weights of a layer up to which solving anew is a matter of a moment. */
  private static final long MOST_LIVE = 1L << 22;

  private static final double LARGEST_BETA = 1000;

  private final String name;
  private final Matrix weights;
  private final QuantSpec spec;
  private final Hqq config;
  private final int group;
  private final Frames frames;

  private HqqPlayer(Walk walk, Frames frames) {
    this.name = walk.name();
    this.weights = walk.weights();
    this.spec = walk.solver().spec();
    this.config = walk.solver().config();
    this.group = walk.watched();
    this.frames = frames;
  }

  /** The walk up to where the reader stands. */
  static Frames frames(Walk walk) {
    return HqqFrames.of(
        title(walk.name(), walk.solver().spec(), walk.weights(), walk.watched()),
        walk.weights(),
        walk.solver(),
        walk.shown(),
        walk.watched());
  }

  private static String title(String name, QuantSpec spec, Matrix weights, int group) {
    return "HQQ on %s, %s, group %d".formatted(name, BitsLabel.of(spec, weights.shape()), group);
  }

  static MimeBundle bundle(Walk walk) {
    Frames frames = frames(walk);
    return PlayerBundle.of(
        frames,
        Widgets.areThere() ? Optional.of(new HqqPlayer(walk, frames).live()) : Optional.empty());
  }

  private Widget live() {
    FramePlayer player = PlayerBundle.player(frames);
    if (weights.size() > MOST_LIVE || !config.options().beta().isShared()) {
      return player;
    }
    Dropdown<Bits> bits = new Dropdown<>("bits", List.of(Bits.values()));
    bits.value(spec.bits());
    FloatSlider beta =
        new FloatSlider(
            "β", 1, Math.max(LARGEST_BETA, config.beta()), 1, Math.max(1, config.beta()));
    bits.observe(_ -> replay(player, bits.value(), beta.value()));
    beta.observe(_ -> replay(player, bits.value(), beta.value()));
    return Box.column(player, Box.row(bits, beta));
  }

  private void replay(FramePlayer player, Bits bits, double beta) {
    QuantSpec other = new QuantSpec(bits, spec.groupSize(), spec.axis(), spec.zeroPoint());
    Hqq changed =
        new Hqq(
            config.lpNorm(),
            (float) beta,
            config.kappa(),
            config.iterations(),
            config.earlyStop(),
            config.options());
    HqqSolver solver = new HqqSolver(weights, other, changed);
    List<HqqStep> steps = solver.steps().toList();
    String title = "%s, β %.0f".formatted(title(name, other, weights, group), beta);
    PlayerBundle.replay(player, HqqFrames.of(title, weights, solver, steps, group));
  }
}
