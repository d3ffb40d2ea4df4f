package halfstep.magics.session;

import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text as tokens: the files that a line names, or those that the project ships. */
public final class Texts {

  /** Names of the shipped texts that calibrate. */
  public static final List<String> CALIBRATION = List.of("calibration.txt");

  /** Names of the shipped texts that evaluate; they share nothing with the former. */
  public static final List<String> EVALUATION = List.of("prose.txt", "java.txt");

  private final Folders folders;

  /**
   * @param folders where texts are looked for
   */
  public Texts(Folders folders) {
    this.folders = folders;
  }

  /**
   * Reads text and draws windows evenly from it, so that a text of several kinds keeps its mixture.
   *
   * @param words files that the line names; when empty, those of {@code preferred} that are
   *     shipped, or else all that are
   * @param most how many tokens to draw
   * @param ctx tokens per window; fewer if the text or {@code most} is shorter
   * @throws NotFoundException if there is no such file, or none is shipped
   */
  public Passage read(Model model, List<String> words, List<String> preferred, int most, int ctx) {
    List<Path> files =
        words.isEmpty() ? shipped(preferred) : words.stream().map(folders::text).toList();
    String text = String.join("\n\n", files.stream().map(Texts::content).toList());
    int[] tokens = model.tokenizer().encode(text);
    int shortest = Math.min(Math.min(ctx, most), Math.max(2, tokens.length));
    int length = Math.min(shortest, model.config().maxPositions());
    return new Passage(files, evenly(TokenWindows.cut(tokens, length), most / length));
  }

  /** At most {@code count} windows, from the first on, at equal distances. */
  private static TokenWindows evenly(TokenWindows all, int count) {
    int kept = Math.min(all.count(), count);
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < kept; i++) {
      windows.add(all.window((int) ((long) i * all.count() / kept)));
    }
    return TokenWindows.of(windows);
  }

  private List<Path> shipped(List<String> preferred) {
    List<Path> texts = folders.texts();
    if (texts.isEmpty()) {
      throw new NotFoundException(
          "no text is shipped beside this notebook; name one with --calib FILE or --text FILE");
    }
    List<Path> first =
        texts.stream().filter(text -> preferred.contains(text.getFileName().toString())).toList();
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
