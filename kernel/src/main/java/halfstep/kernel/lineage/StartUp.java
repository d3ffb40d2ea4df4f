package halfstep.kernel.lineage;

import halfstep.kernel.cell.CellEvaluator;
import halfstep.kernel.error.ErrorReport;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The scripts that the environment variable {@value #VARIABLE} names, separated as paths are. They
 * hold what cells hold, magics included, and run before the first cell.
 */
final class StartUp {

  static final String VARIABLE = "HALFSTEP_STARTUP";

  private StartUp() {}

  /**
   * Runs the scripts; one that fails does not keep the others from running.
   *
   * @param evaluator runs them
   * @param shown takes the values of magics in them
   * @return what failed, a few lines each
   */
  static List<String> run(CellEvaluator evaluator, Consumer<Object> shown) {
    List<String> failures = new ArrayList<>();
    String named = Optional.ofNullable(System.getenv(VARIABLE)).orElse("");
    for (String file : named.split(File.pathSeparator)) {
      if (!file.isBlank()) {
        run(file, evaluator, shown).ifPresent(failures::add);
      }
    }
    return failures;
  }

  private static Optional<String> run(
      String file, CellEvaluator evaluator, Consumer<Object> shown) {
    try {
      evaluator.evaluate(Files.readString(Path.of(file)), 0, shown);
      return Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.of("%s names %s, which cannot be read: %s".formatted(VARIABLE, file, e));
    } catch (Exception e) {
      String lines = String.join("\n", ErrorReport.of(e, false).traceback());
      return Optional.of("the start-up script %s failed:\n%s".formatted(file, lines));
    }
  }
}
