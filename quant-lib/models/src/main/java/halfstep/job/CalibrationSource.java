package halfstep.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One text of a mix.
 *
 * @param file text, JSON lines, a JSON array, a parquet table, or token ids
 * @param weight its part of the windows, relative to the others'
 */
public record CalibrationSource(Path file, double weight) {

  private static final Pattern WEIGHTED = Pattern.compile("(.+)=([0-9]*\\.?[0-9]+)");

  /** Refuses a weight that is none. */
  public CalibrationSource {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new JobException(
          "%s=%s: a weight is a positive number, for example 0.5".formatted(file, weight));
    }
  }

  /**
   * Reads words such as {@code code.jsonl} or {@code code.jsonl=0.5}.
   *
   * @param resolve finds the file that a word means
   * @throws JobException if some words have a weight and others have none
   */
  public static List<CalibrationSource> parse(List<String> words, Function<String, Path> resolve) {
    List<CalibrationSource> sources = new ArrayList<>();
    int weighted = 0;
    for (String word : words) {
      Matcher matcher = WEIGHTED.matcher(word);
      boolean hasWeight = !isFile(word) && matcher.matches();
      weighted += hasWeight ? 1 : 0;
      sources.add(
          hasWeight
              ? new CalibrationSource(
                  resolve.apply(matcher.group(1)), Double.parseDouble(matcher.group(2)))
              : new CalibrationSource(resolve.apply(word), 1));
    }
    if (weighted != 0 && weighted != words.size()) {
      throw new JobException(
          "%d of %d calibration texts have a weight; give one to all, as in a.txt=0.5, or to none"
              .formatted(weighted, words.size()));
    }
    return sources;
  }

  /** Whether words carry weights; {@link #parse} has seen that all do or none. */
  public static boolean areWeighted(List<String> words) {
    return words.stream().anyMatch(word -> !isFile(word) && WEIGHTED.matcher(word).matches());
  }

  /** A file may be called {@code a=1}. */
  private static boolean isFile(String word) {
    return Files.isRegularFile(Path.of(word));
  }

  /**
   * Shares windows out by weight; the parts left over go to the largest remainders.
   *
   * @param windows to share
   * @return how many each gets, in order; they add up
   */
  public static int[] shares(List<CalibrationSource> sources, int windows) {
    double total = sources.stream().mapToDouble(CalibrationSource::weight).sum();
    int[] shares = new int[sources.size()];
    double[] remainders = new double[sources.size()];
    int left = windows;
    for (int i = 0; i < shares.length; i++) {
      double exact = windows * sources.get(i).weight() / total;
      shares[i] = (int) exact;
      remainders[i] = exact - shares[i];
      left -= shares[i];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int i = 1; i < shares.length; i++) {
        largest = remainders[i] > remainders[largest] ? i : largest;
      }
      shares[largest]++;
      remainders[largest] = -1;
    }
    return shares;
  }
}
