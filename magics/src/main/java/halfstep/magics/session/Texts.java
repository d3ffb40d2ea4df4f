package halfstep.magics.session;

import halfstep.job.CalibrationSource;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.text.Documents;
import halfstep.text.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Text as tokens: the files that a line names, or those that the project ships. */
public final class Texts {

  /** Names of the shipped texts that calibrate. */
  public static final List<String> CALIBRATION = List.of("calibration.txt");

  /** Names of the shipped texts that evaluate; they share nothing with the former. */
  public static final List<String> EVALUATION = List.of("prose.txt", "java.txt");

  private final Folders folders;
  private final Function<Recipe, Path> fetch;

  /**
   * @param folders where texts are looked for
   * @param fetch brings a text from the hub
   */
  public Texts(Folders folders, Function<Recipe, Path> fetch) {
    this.folders = folders;
    this.fetch = fetch;
  }

  /**
   * Reads text and draws windows evenly from it, so that a text of several kinds keeps its mixture.
   * With weights, as in {@code a.txt=0.5 b.jsonl=0.5}, each text gives its share of the windows.
   *
   * @param words files that the line names; when empty, those of {@code preferred} that are
   *     shipped, or else all that are
   * @param most how many tokens to draw
   * @param ctx tokens per window; fewer if the text or {@code most} is shorter
   * @throws NotFoundException if there is no such file, or none is shipped
   */
  public Passage read(Model model, List<String> words, List<String> preferred, int most, int ctx) {
    List<CalibrationSource> sources = CalibrationSource.parse(words, this::file);
    if (CalibrationSource.areWeighted(words)) {
      return mixed(model, sources, most, ctx);
    }
    List<Path> files =
        words.isEmpty()
            ? shipped(preferred)
            : sources.stream().map(CalibrationSource::file).toList();
    int[] tokens = tokens(model, files);
    int shortest = Math.min(Math.min(ctx, most), Math.max(2, tokens.length));
    int length = Math.min(shortest, model.config().maxPositions());
    return new Passage(files, evenly(TokenWindows.cut(tokens, length), most / length));
  }

  private Path file(String word) {
    return folders.isHubText(word)
        ? fetch.apply(Recipe.named(word).orElseThrow())
        : folders.text(word);
  }

  private static int[] tokens(Model model, List<Path> files) {
    return model
        .tokenizer()
        .encode(String.join("\n\n", files.stream().map(Documents::joined).toList()));
  }

  /** Windows of one length, shared out by weight. */
  private static Passage mixed(Model model, List<CalibrationSource> sources, int most, int ctx) {
    int length = Math.min(Math.min(ctx, most), model.config().maxPositions());
    int[] shares = CalibrationSource.shares(sources, Math.max(sources.size(), most / length));
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      int[] tokens = tokens(model, List.of(sources.get(i).file()));
      TokenWindows drawn = evenly(TokenWindows.cut(tokens, length), Math.max(1, shares[i]));
      IntStream.range(0, drawn.count()).mapToObj(drawn::window).forEach(windows::add);
    }
    return new Passage(
        sources.stream().map(CalibrationSource::file).toList(), TokenWindows.of(windows));
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
}
