package halfstep.lab.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.job.LayerSpecs;
import halfstep.lab.Solver;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two layers of 1024 weights with losses made up, so that every sum can be done by hand. */
class MenuTest {

  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String DOWN = "model.layers.0.mlp.down_proj";
  private static final Solver FINE = new Solver(Hqq.DEFAULT, QuantSpec.of(4, 64));
  private static final Solver COARSE = new Solver(Hqq.DEFAULT, QuantSpec.of(4, 128));
  private static final Solver TWO = new Solver(Hqq.DEFAULT, QuantSpec.of(2, 64));

  private static LayerChoices layer(String name, double fine, double coarse, double two) {
    // 4 bit g64: 512 bytes of codes, 16 groups of 4 bytes; g128: 8 groups; 2 bit g64: 256 + 64
    return new LayerChoices(
        name,
        1024,
        List.of(
            new MeasuredChoice(FINE, 576, fine, 0),
            new MeasuredChoice(COARSE, 544, coarse, 0),
            new MeasuredChoice(TWO, 320, two, 0)));
  }

  private static final Menu MENU =
      new Menu(
          List.of(FINE, COARSE, TWO),
          List.of(layer(Q, 0.01, 0.02, 0.05), layer(DOWN, 0.1, 0.3, 0.9)));

  @Test
  void uniformAllocationsAddUp() {
    List<Allocation> uniform = MENU.uniform();
    assertEquals(
        List.of("hqq 4 bit g64", "hqq 4 bit g128", "hqq 2 bit g64"),
        uniform.stream().map(Allocation::name).toList());
    assertEquals(1152, uniform.getFirst().bytes());
    assertEquals(4.5, uniform.getFirst().bitsPerWeight());
    assertEquals(0.11, uniform.getFirst().predicted(), 1e-12);
    assertEquals(0.95, uniform.getLast().predicted(), 1e-12);
  }

  @Test
  void theRuleGivesTheMlpSmallGroups() {
    List<Allocation> rules = MENU.rules();
    assertEquals(1, rules.size(), "only at 4 bits are both groups on the menu");
    Allocation rule = rules.getFirst();
    assertEquals(Map.of(Q, COARSE, DOWN, FINE), rule.picks());
    assertEquals(544 + 576, rule.bytes());
    assertEquals(Map.of(Q, FINE, DOWN, COARSE), MENU.reversed().getFirst().picks());
  }

  @Test
  void theBestSpendsWhereItHelpsMost() {
    // 576 for down leaves 344 of 920 bytes: q gets two bits
    Menu.Best best = MENU.best(920);
    assertEquals(Map.of(Q, TWO, DOWN, FINE), best.allocation().picks());
    assertEquals(0.15, best.allocation().predicted(), 1e-12);
    assertEquals("best within 3.594", best.allocation().name());
    assertEquals(1120, MENU.bytes(4.375));
  }

  @Test
  void anAllocationBecomesRulesOfAJob() {
    Allocation allocation = MENU.best(920).allocation();
    LayerSpecs specs = allocation.specs();
    assertEquals(QuantSpec.of(2, 64), specs.of(Q));
    assertEquals(QuantSpec.of(4, 64), specs.of(DOWN));
    assertEquals(1, specs.rules().size());
    assertEquals(
        "./halfstep quantize MODEL --out OUT --method hqq --bits 2 --group 64"
            + " --override 'model.layers.0.mlp.down_proj=bits:4'",
        allocation.commandLine());
  }

  @Test
  void layersOfSeveralMethodsAreNoJob() {
    Solver other = new Solver(new Rtn(), QuantSpec.of(4, 64).with(ZeroPoint.INTEGER));
    assertEquals("rtn 4 bit g64 integer zero", other.label());
    Menu mixed =
        new Menu(
            List.of(FINE, other),
            List.of(
                new LayerChoices(
                    Q,
                    1024,
                    List.of(
                        new MeasuredChoice(FINE, 576, 2, 0), new MeasuredChoice(other, 560, 1, 0))),
                new LayerChoices(
                    DOWN,
                    1024,
                    List.of(
                        new MeasuredChoice(FINE, 576, 1, 0),
                        new MeasuredChoice(other, 560, 2, 0)))));
    Allocation allocation = mixed.best(2000).allocation();
    assertEquals(Map.of(Q, other, DOWN, FINE), allocation.picks());
    assertThrows(IllegalStateException.class, allocation::specs);
  }
}
