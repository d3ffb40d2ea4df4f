package halfstep.magics.session;

import halfstep.job.Calibration;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Text as tokens: the files that a line names, or those that the project ships. */
public final class Texts {

  /** Name of the shipped text that calibrates. */
  public static final String CALIBRATION = "calibration.txt";

  /** Name of the shipped text that evaluates. */
  public static final String EVALUATION = "evaluation.txt";

  private static final int LONGEST_WINDOW = 512;

  private final Folders folders;

  /**
   * @param folders where texts are looked for
   */
  public Texts(Folders folders) {
    this.folders = folders;
  }

  /**
   * Text as tokens of one model.
   *
   * @param files that it was read from
   * @param tokens at most as many as were asked for; not to be modified
   */
  public record Tokens(List<Path> files, List<Integer> tokens) {

    /** A new array of the tokens. */
    public int[] toArray() {
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    /** For a sentence: {@code 2048 tokens of calibration.txt}. */
    public String label() {
      return "%d tokens of %s"
          .formatted(
              tokens.size(),
              String.join(
                  ", ", files.stream().map(file -> file.getFileName().toString()).toList()));
    }
  }

  /**
   * Reads text.
   *
   * @param words files that the line names; when empty, the shipped file {@code preferred}, or else
   *     all that are shipped
   * @param most how many tokens to keep
   * @throws NotFoundException if there is no such file, or none is shipped
   */
  public Tokens read(Model model, List<String> words, String preferred, int most) {
    List<Path> files =
        words.isEmpty() ? shipped(preferred) : words.stream().map(folders::text).toList();
    String text = String.join("\n\n", files.stream().map(Texts::content).toList());
    int[] tokens = model.tokenizer().encode(text);
    return new Tokens(files, Arrays.stream(tokens).limit(most).boxed().toList());
  }

  /** Windows as long as the model and the text allow, at most 512 tokens; the tail is dropped. */
  public static Calibration calibration(Model model, Tokens text) {
    return Calibration.of(TokenWindows.cut(text.toArray(), windowLength(model, text)));
  }

  /** Tokens per window. */
  public static int windowLength(Model model, Tokens text) {
    int longest = Math.min(LONGEST_WINDOW, model.config().maxPositions());
    return Math.max(2, Math.min(longest, text.tokens().size()));
  }

  private List<Path> shipped(String preferred) {
    List<Path> texts = folders.texts();
    if (texts.isEmpty()) {
      throw new NotFoundException(
          "no text is shipped beside this notebook; name one with --calib FILE or --text FILE");
    }
    List<Path> first = texts.stream().filter(text -> text.endsWith(preferred)).toList();
    return first.isEmpty() ? texts : first;
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read as UTF-8 text".formatted(file), e);
    }
  }
}
