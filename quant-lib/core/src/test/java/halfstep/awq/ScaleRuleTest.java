package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleRuleTest {

  private static final float[] MAGNITUDE = {0.25f, 1f, 0.25f, 0f};
  private static final float[] SALIENCE = {4f, 1f, 0f, 9f};

  /** By hand: √4 = 2 and √1 = 1, over √(2 · 1). */
  @Test
  void activationsAlone() {
    float[] s = new ScaleRule(MAGNITUDE, false).scales(SALIENCE, 0.5f).toArray();
    float root = (float) Math.sqrt(2);
    assertArrayEquals(new float[] {root, 1 / root, 1f, 1f}, s, 1e-6f);
  }

  /** By hand: 2 / (0.5 + 1e-4) and 1 / (1 + 1e-4). */
  @Test
  void duoScaling() {
    float[] s = new ScaleRule(MAGNITUDE, true).scales(SALIENCE, 0.5f).toArray();
    assertEquals(2 / 0.5001 / (1 / 1.0001), s[0] / s[1], 1e-5);
    assertEquals(1, s[0] * s[1], 1e-6);
    assertEquals(1f, s[2]);
  }

  @Test
  void deadChannelsAreThoseWithoutInputsOrWeights() {
    assertEquals(List.of(2, 3), new ScaleRule(MAGNITUDE, true).dead(SALIENCE));
  }

  /** The largest times the smallest overflows: better no scales than zeros or infinities. */
  @Test
  void whatOverflowsBecomesOne() {
    float[] magnitude = {1f, 1f};
    float[] s = new ScaleRule(magnitude, false).scales(new float[] {1e30f, 1e30f}, 0.95f).toArray();
    assertArrayEquals(new float[] {1f, 1f}, s);
    float[] tiny = new ScaleRule(magnitude, false).scales(new float[] {1e-9f, 1e-9f}, 1f).toArray();
    assertArrayEquals(new float[] {1f, 1f}, tiny, 1e-6f);
  }
}
