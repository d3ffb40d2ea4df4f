package halfstep.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The texts that papers calibrate with, by the file of the hub that holds them. None of them is
 * shipped; each has a licence of its own, which its page on the hub tells.
 */
public enum Recipe {
  /** WikiText-2, raw, the part for training (llm-awq, GPTQ). */
  WIKITEXT2("Salesforce/wikitext", "wikitext-2-raw-v1/train-00000-of-00001.parquet"),
  /** Ten thousand documents of the Pile; AutoAWQ takes others, from the part for validation. */
  PILE("NeelNanda/pile-10k", "data/train-00000-of-00001-4746b8785c874cc7.parquet"),
  /** Instructions with code as answers; for models that write code. */
  CODEALPACA("sahil2801/CodeAlpaca-20k", "code_alpaca_20k.json");

  private final String dataset;
  private final String file;

  Recipe(String dataset, String file) {
    this.dataset = dataset;
    this.file = file;
  }

  /** The data set's repository, {@code owner/name}. */
  public String dataset() {
    return dataset;
  }

  /** The file's path in the repository. */
  public String file() {
    return file;
  }

  /** The recipe of a name such as {@code wikitext2}, in small letters. */
  public static Optional<Recipe> named(String word) {
    return Arrays.stream(values()).filter(recipe -> recipe.toString().equals(word)).findFirst();
  }

  /** Its name in small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
