package halfstep.lab.draft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases worked out by hand, and χ² tails from printed tables. */
class DistributionTest {

  private final Distribution p = Distribution.of(0.5, 0.3, 0.2);
  private final Distribution q = Distribution.of(0.2, 0.3, 0.5);

  @Test
  void theOverlapIsTheSumOfTheSmaller() {
    assertEquals(0.2 + 0.3 + 0.2, p.overlap(q), 1e-12);
    assertEquals(p.overlap(q), q.overlap(p), 1e-12);
    assertEquals(1, p.overlap(p), 1e-12);
    assertEquals(0, Distribution.of(1, 0).overlap(Distribution.of(0, 1)));
  }

  @Test
  void whatIsDrawnAfterARefusalMakesUpTheDifference() {
    assertArrayEquals(new double[] {1, 0, 0}, p.without(q).toArray(), 1e-12);
    Distribution even = Distribution.of(0.25, 0.25, 0.25, 0.25);
    Distribution draft = Distribution.of(0.7, 0.1, 0.15, 0.05);
    double[] rest = even.without(draft).toArray();
    assertArrayEquals(new double[] {0, 0.15 / 0.45, 0.1 / 0.45, 0.2 / 0.45}, rest, 1e-12);
    // accepted in the first place, or drawn after a refusal: together the target's probability
    double refused = 1 - even.overlap(draft);
    for (int token = 0; token < 4; token++) {
      double kept = Math.min(even.probability(token), draft.probability(token));
      assertEquals(even.probability(token), kept + refused * rest[token], 1e-12);
    }
    assertArrayEquals(p.toArray(), p.without(p).toArray());
  }

  @Test
  void softmaxAndItsLimit() {
    float[] logits = {0f, (float) Math.log(2), (float) Math.log(5)};
    assertArrayEquals(
        new double[] {1 / 8.0, 2 / 8.0, 5 / 8.0}, Distribution.of(logits, 1).toArray(), 1e-7);
    assertArrayEquals(
        new double[] {1 / 30.0, 4 / 30.0, 25 / 30.0}, Distribution.of(logits, 0.5).toArray(), 1e-7);
    assertArrayEquals(new double[] {0, 0, 1}, Distribution.of(logits, 0).toArray());
    assertEquals(1, Distribution.of(new float[] {1, 3, 3}, 0).top());
  }

  @Test
  void drawsStopWhereTheSumPassesThePoint() {
    assertEquals(0, p.draw(0));
    assertEquals(0, p.draw(0.4999));
    assertEquals(1, p.draw(0.5));
    assertEquals(2, p.draw(0.999999));
    assertEquals(1, Distribution.of(0, 1, 0).draw(0), "what cannot happen is never drawn");
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 4, 3.3616, 0.5904",
    "0.5, 1, 1.5, 0.5",
    "1, 3, 4, 1",
    "0, 5, 1, 0",
  })
  void tokensPerPassAndBreakEven(double acceptance, int lookahead, double tokens, double even) {
    Gain gain = new Gain(acceptance);
    assertEquals(tokens, gain.tokensPerPass(lookahead), 1e-12);
    assertEquals(even, gain.breakEven(lookahead), 1e-12);
    assertEquals(1, gain.speedUp(lookahead, gain.breakEven(lookahead), 1), 1e-12);
  }

  /** (1 + a)/(1 + c) beats (1 + a + a²)/(1 + 2c) just where a²·(1 + c) is less than c·(1 + a). */
  @Test
  void theBestLookaheadFallsAsTheDraftGetsDearer() {
    Gain gain = new Gain(0.8);
    assertEquals(16, gain.best(0));
    assertEquals(1, gain.best(0.7));
    assertTrue(gain.best(0.05) > gain.best(0.3));
    assertThrows(IllegalArgumentException.class, () -> new Gain(1.1));
  }

  /** Printed 5 % and 1 % points of χ². */
  @ParameterizedTest
  @CsvSource({
    "1, 3.8415, 0.05",
    "1, 6.6349, 0.01",
    "10, 18.3070, 0.05",
    "10, 23.2093, 0.01",
    "100, 124.3421, 0.05",
    "2, 1.3863, 0.5",
  })
  void tails(int degrees, double statistic, double expected) {
    assertEquals(expected, ChiSquare.upperTail(degrees / 2.0, statistic / 2), 2e-6);
  }

  @Test
  void pearsonsSumIsTheTextbooks() {
    ChiSquare coin = ChiSquare.goodnessOfFit(new long[] {44, 56}, new double[] {0.5, 0.5});
    assertEquals(1.44, coin.statistic(), 1e-12);
    assertEquals(1, coin.degrees());
    assertEquals(0.2301, coin.pValue(), 1e-4);
    // 2 × 2 table: Σ (o − e)²/e with every expectation 25
    ChiSquare rows = ChiSquare.homogeneity(new long[] {30, 20}, new long[] {20, 30});
    assertEquals(4, rows.statistic(), 1e-12);
    assertEquals(0.0455, rows.pValue(), 1e-4);
  }

  @Test
  void rareCellsArePooled() {
    ChiSquare test =
        ChiSquare.goodnessOfFit(
            new long[] {50, 44, 2, 3, 1}, new double[] {0.5, 0.44, 0.02, 0.02, 0.02});
    assertEquals(2, test.degrees(), "the three rare ones are one cell of six");
    assertEquals(0, test.statistic(), 1e-9);
    assertThrows(
        IllegalArgumentException.class,
        () -> ChiSquare.goodnessOfFit(new long[] {1, 2}, new double[] {0.5, 0.5}));
  }

  /** A test that cannot fail is none: draws from another distribution are found out. */
  @Test
  void otherDrawsAreRefuted() {
    SplittableRandom random = new SplittableRandom(1);
    long[] right = new long[3];
    long[] wrong = new long[3];
    for (int i = 0; i < 2000; i++) {
      right[p.draw(random.nextDouble())]++;
      wrong[q.draw(random.nextDouble())]++;
    }
    assertTrue(ChiSquare.goodnessOfFit(right, p.toArray()).pValue() > 0.01);
    assertTrue(ChiSquare.goodnessOfFit(wrong, p.toArray()).pValue() < 1e-12);
    assertTrue(ChiSquare.homogeneity(wrong, right).pValue() < 1e-12);
  }
}
