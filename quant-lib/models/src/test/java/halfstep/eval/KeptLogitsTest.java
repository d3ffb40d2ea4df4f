package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of a model's logits are computed again. */
class KeptLogitsTest {

  private static final Model MODEL = GoldenModels.open("llama_gqa");
  private static final int[] TOKENS = GoldenModels.ids(GoldenModels.forward("llama_gqa"), "stream");
  private static final Windowing WINDOWING = Windowing.papers(32);
  private static final TokenWindows FIRST = windows(0);
  private static final TokenWindows SECOND = windows(32);

  private static TokenWindows windows(int from) {
    return TokenWindows.of(List.of(Arrays.copyOfRange(TOKENS, from, from + 32)));
  }

  private static long bytes() {
    return 32L * MODEL.config().vocabSize() * Float.BYTES;
  }

  @Test
  void whatFitsIsComputedOnce() {
    KeptLogits kept = new KeptLogits(MODEL, bytes());
    Matrix logits = kept.on(TOKENS, WINDOWING).of(0, FIRST);
    assertSame(logits, kept.on(TOKENS.clone(), WINDOWING).of(0, FIRST));
    Matrix other = kept.on(TOKENS, WINDOWING).of(1, SECOND);
    assertNotSame(other, kept.on(TOKENS, WINDOWING).of(1, SECOND), "there is room for one");
    assertSame(logits, kept.on(TOKENS, WINDOWING).of(0, FIRST));
  }

  @Test
  void anotherTextOrAnotherCutIsAnother() {
    KeptLogits kept = new KeptLogits(MODEL, 10 * bytes());
    Matrix logits = kept.on(TOKENS, WINDOWING).of(0, FIRST);
    int[] others = TOKENS.clone();
    others[40]++;
    assertNotSame(logits, kept.on(others, WINDOWING).of(0, FIRST));
    assertNotSame(logits, kept.on(TOKENS, Windowing.papers(32, 16)).of(0, FIRST));
    assertSame(logits, kept.on(TOKENS, WINDOWING).of(0, FIRST));
  }

  /** Two texts by turns, as the experiment of a shift reads them. */
  @Test
  void divergencesAreThoseOfEachAlone() {
    int[] backwards = new int[TOKENS.length];
    for (int i = 0; i < TOKENS.length; i++) {
      backwards[i] = TOKENS[TOKENS.length - 1 - i];
    }
    List<Divergence> together = new ArrayList<>();
    List<Divergence> alone = new ArrayList<>();
    try (Reference reference = new Reference(MODEL)) {
      for (int layer : new int[] {0, 5, 9}) {
        String name = MODEL.layers().get(layer);
        QuantSpec spec = QuantSpec.of(2, QuantSpec.WHOLE);
        Model other =
            MODEL.withQuantized(Map.of(name, RoundToNearest.quantize(MODEL.weight(name), spec)));
        for (int[] text : List.of(TOKENS, backwards)) {
          together.add(reference.divergence(other, text, WINDOWING, done -> {}));
          alone.add(Divergence.between(MODEL, other, text, WINDOWING));
        }
      }
    }
    assertEquals(alone.toString(), together.toString());
    for (int i = 0; i < alone.size(); i++) {
      assertEquals(alone.get(i).meanKl(), together.get(i).meanKl());
    }
  }
}
