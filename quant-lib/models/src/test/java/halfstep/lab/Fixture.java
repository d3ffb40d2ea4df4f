package halfstep.lab;

import halfstep.eval.Domain;
import halfstep.job.Calibration;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;

/** A tiny model with something to read. */
public final class Fixture {

  /** Tokens of a window. */
  public static final int CTX = 32;

  private static final String NAME = "llama_gqa";

  private Fixture() {}

  /** The model; two blocks, grouped queries. */
  public static Model model() {
    return GoldenModels.open(NAME);
  }

  /** What is evaluated. */
  public static Domain text() {
    return new Domain("stream", ids());
  }

  /** What calibrates: the same tokens backwards. */
  public static Calibration calibration() {
    int[] ids = ids();
    int[] backwards = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      backwards[i] = ids[ids.length - 1 - i];
    }
    return Calibration.of(TokenWindows.cut(backwards, CTX));
  }

  private static int[] ids() {
    return GoldenModels.ids(GoldenModels.forward(NAME), "stream");
  }
}
