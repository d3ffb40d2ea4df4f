package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What each method is called, which zeros it finds, and which parameters it has. */
class MethodsTest {

  private static final QuantSpec FLOAT = QuantSpec.of(4, 64);
  private static final QuantSpec INTEGER = FLOAT.with(ZeroPoint.INTEGER);
  private static final QuantSpec SYMMETRIC = FLOAT.with(ZeroPoint.SYMMETRIC);

  private static void assertFits(
      QuantMethod method, String label, QuantSpec ofFloat, QuantSpec ofSymmetric) {
    assertEquals(label, method.label());
    assertEquals(ofFloat, method.fitted(FLOAT), label);
    assertEquals(ofSymmetric, method.fitted(SYMMETRIC), label);
  }

  @Test
  void eachMethodFindsItsKindOfZero() {
    HqqOptions whole = HqqOptions.LIBRARY.with(ZeroRule.WHOLE);
    Custom mine = new Custom("mine", (group, spec) -> GroupSolution.rounded(group, 1, 0, spec));
    assertFits(new Rtn(), "rtn", FLOAT, SYMMETRIC);
    assertFits(mine, "mine", FLOAT, SYMMETRIC);
    assertFits(Hqq.DEFAULT, "hqq", FLOAT, FLOAT);
    assertFits(Hqq.DEFAULT.with(whole), "hqq", INTEGER, INTEGER);
    assertFits(LeastSquares.DEFAULT, "ls", FLOAT, FLOAT);
    assertFits(WeightedLeastSquares.DEFAULT, "wls", FLOAT, FLOAT);
    assertFits(Awq.DEFAULT, "awq", INTEGER, SYMMETRIC);
    assertFits(Gptq.DEFAULT, "gptq", INTEGER, INTEGER);
    assertFits(Gptq.DEFAULT.withSymmetric(true), "gptq", SYMMETRIC, SYMMETRIC);
    assertFits(new AwqThen(Hqq.DEFAULT), "awq+hqq", FLOAT, FLOAT);
    assertFits(new AwqThen(new Rtn()), "awq+rtn", FLOAT, SYMMETRIC);
  }

  /** The ends of every range belong to it; one round, one point, one column are enough. */
  @Test
  void theLeastParametersAreTaken() {
    assertEquals(1, new Hqq(1f, 1e-3f, 1f, 1, EarlyStop.OFF).iterations());
    assertEquals(1, new LeastSquares(1).rounds());
    assertEquals(1, new WeightedLeastSquares(1).rounds());
    assertEquals(1, new Awq(1, false).gridSize());
    assertEquals(1, Gptq.DEFAULT.withBlockSize(1).blockSize());
    assertEquals(0, Gptq.DEFAULT.withDamping(0).damping());
    assertEquals(1, Gptq.DEFAULT.withDamping(1).damping());
    assertThrows(IllegalArgumentException.class, () -> Gptq.DEFAULT.withDamping(-1e-9));
    assertEquals(0, QuantSpec.of(4, QuantSpec.WHOLE).groupSize());
  }

  @Test
  void eachSettingIsChangedAlone() {
    assertEquals(new Awq(20, true, false, false), Awq.DEFAULT.withClip(false));
    assertEquals(new Awq(20, true, true, true), Awq.DEFAULT.asLibrary(true));
    assertEquals(new Awq(20, true, false, false), new AwqThen(new Rtn()).scales());
    Gptq base = new Gptq(7, 0.5, false, false, false, false);
    assertEquals(new Gptq(7, 0.5, true, false, false, false), base.withActOrder(true));
    assertEquals(new Gptq(7, 0.5, false, true, false, false), base.withStaticGroups(true));
    assertEquals(new Gptq(7, 0.5, false, false, true, false), base.withSymmetric(true));
    assertEquals(new Gptq(7, 0.5, false, false, false, true), base.withMse(true));
  }

  /** By hand: β·κ^k; and where the dead zone is a share d of the step, β^(−1/(2−p)) = d·s. */
  @Test
  void betaFollowsItsRule() {
    Hqq growing = new Hqq(0.7f, 10f, 1.5f, 20, EarlyStop.OFF);
    BetaRule shared = new BetaRule.Shared();
    assertTrue(shared.isShared());
    assertEquals(10f, shared.beta(growing, 0, 0.04f));
    assertEquals(33.75f, shared.beta(growing, 3, 0.04f), 1e-5f);
    BetaRule auto = new BetaRule.PerStep(0.25f);
    assertFalse(auto.isShared());
    double start = auto.beta(growing, 0, 0.04f);
    assertEquals(0.01, Math.pow(start, -1 / 1.3), 1e-7);
    assertEquals(3.375, auto.beta(growing, 3, 0.04f) / start, 1e-6);
    assertThrows(IllegalArgumentException.class, () -> new BetaRule.PerStep(Float.NaN));
  }

  /** One weight by itself gets the code that it gets in its group. */
  @Test
  void aCodeAloneIsThatOfItsGroup() {
    SplittableRandom random = new SplittableRandom(3);
    float[] w = new float[64];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextGaussian();
    }
    for (ZeroPoint zeros : ZeroPoint.values()) {
      AffineGrid grid = AffineGrid.of(w, 0, w.length, FLOAT.with(zeros));
      float[] codes = w.clone();
      grid.codes(codes, 0, codes.length);
      for (int i = 0; i < w.length; i++) {
        assertEquals(codes[i], grid.code(w[i]), zeros + " " + w[i]);
      }
      assertEquals(15, grid.code(99));
      assertEquals(0, grid.code(-99));
    }
  }

  /** hqq leaves the scale at 1 up to a range of 1e-4, and bounds its inverse by 2e4. */
  @Test
  void aTinyRangeHasNoStepOfItsOwn() {
    assertEquals(1f, AffineGrid.floatZero(new GroupRange(0, 1e-4f), 15).scale());
    assertEquals(1 / 2e4f, AffineGrid.floatZero(new GroupRange(0, 1.5e-4f), 15).scale());
    assertEquals(0.1f, AffineGrid.floatZero(new GroupRange(0, 1.5f), 15).scale());
  }

  /** HQQ's integer zeros land on codes: nearest, ties to even, never outside. */
  @Test
  void zerosLandWhereTheirRuleSays() {
    assertEquals(-3.25f, ZeroRule.FREE.land(-3.25f, 15));
    assertEquals(0f, ZeroRule.WHOLE.land(-3.25f, 15));
    assertEquals(4f, ZeroRule.WHOLE.land(4.5f, 15));
    assertEquals(15f, ZeroRule.WHOLE.land(15.75f, 15));
    assertEquals(ZeroPoint.FLOAT, ZeroRule.FREE.zeroPoint());
    assertEquals(ZeroPoint.INTEGER, ZeroRule.WHOLE.zeroPoint());
  }

  /** A symmetric zero is a code, too; no other kind passes for another. */
  @Test
  void kindsOfZeroHoldOneAnother() {
    for (ZeroPoint one : ZeroPoint.values()) {
      for (ZeroPoint other : ZeroPoint.values()) {
        boolean holds = one == other || (one == ZeroPoint.INTEGER && other == ZeroPoint.SYMMETRIC);
        assertEquals(holds, one.holds(other), one + " holds " + other);
      }
    }
  }
}
