package halfstep.lab.lora;

import halfstep.llm.Rope;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One decoder block with an adapter on each linear layer:
 *
 * <pre>
 * h = x + o(attention(rope(q(n)), rope(k(n)), v(n)))     n = norm(x)
 * y = h + down(silu(gate(m)) · up(m))                    m = norm(h)
 * </pre>
 */
final class AdaptedBlock {

  /** The parts of a block that are not adapted. */
  record Parts(Norm before, Norm after, Attention attention, Rope rope) {}

  private final Parts parts;
  private final Map<String, AdaptedLinear> layers;
  private final AdaptedLinear q;
  private final AdaptedLinear k;
  private final AdaptedLinear v;
  private final AdaptedLinear o;
  private final AdaptedLinear gate;
  private final AdaptedLinear up;
  private final AdaptedLinear down;

  /**
   * @param layers full name to layer: q, k, v, o, gate, up and down in this order
   */
  AdaptedBlock(Parts parts, Map<String, AdaptedLinear> layers) {
    this.parts = parts;
    this.layers = new LinkedHashMap<>(layers);
    var each = layers.values().iterator();
    this.q = each.next();
    this.k = each.next();
    this.v = each.next();
    this.o = each.next();
    this.gate = each.next();
    this.up = each.next();
    this.down = each.next();
  }

  /** Its layers by full name, in order. */
  Map<String, AdaptedLinear> layers() {
    return layers;
  }

  /**
   * @param x the residual stream, {@code tokens × hidden}; kept, not modified
   * @return the block's output and the way back through all of it
   */
  Pass forward(Matrix x, TokenWindows windows) {
    Pass attended = attend(x, windows);
    Matrix h = Dense.sum(x, attended.output());
    Pass gated = mlp(h);
    Matrix y = Dense.sum(h, gated.output());
    return new Pass(
        y,
        dy -> {
          Matrix dh = Dense.sum(dy, gated.back().apply(dy));
          return Dense.sum(dh, attended.back().apply(dh));
        });
  }

  private Pass attend(Matrix x, TokenWindows windows) {
    Pass normed = parts.before().forward(x);
    Pass queries = q.forward(normed.output());
    Pass keys = k.forward(normed.output());
    Pass values = v.forward(normed.output());
    parts.rope().turn(queries.output(), windows, 0);
    parts.rope().turn(keys.output(), windows, 0);
    Attention.Attended heads =
        parts.attention().forward(queries.output(), keys.output(), values.output(), windows);
    Pass mixed = o.forward(heads.output());
    return new Pass(
        mixed.output(),
        dy -> {
          Attention.Slopes slopes = heads.back(mixed.back().apply(dy));
          parts.rope().turnBack(slopes.q(), windows, 0);
          parts.rope().turnBack(slopes.k(), windows, 0);
          Matrix dn = queries.back().apply(slopes.q());
          Dense.add(dn, keys.back().apply(slopes.k()), 1);
          Dense.add(dn, values.back().apply(slopes.v()), 1);
          return normed.back().apply(dn);
        });
  }

  private Pass mlp(Matrix h) {
    Pass normed = parts.after().forward(h);
    Pass gates = gate.forward(normed.output());
    Pass ups = up.forward(normed.output());
    Pass narrow = down.forward(Gating.forward(gates.output(), ups.output()));
    return new Pass(
        narrow.output(),
        dy -> {
          Matrix slope = narrow.back().apply(dy);
          Matrix dGate = Gating.back(gates.output(), ups.output(), slope);
          Matrix dm = gates.back().apply(dGate);
          Dense.add(dm, ups.back().apply(slope), 1);
          return normed.back().apply(dm);
        });
  }
}
