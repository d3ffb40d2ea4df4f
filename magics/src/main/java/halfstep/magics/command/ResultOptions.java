package halfstep.magics.command;

import java.util.Optional;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of a result, the same for every command. */
final class ResultOptions {

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "Declare a Java variable NAME with the result.")
  private @Nullable String name;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the table there as comma-separated values, numbers in full precision.")
  private @Nullable String csv;

  @Option(
      names = "--json",
      description = "Show one JSON object instead of table, sentences and charts.")
  private boolean json;

  @Option(names = "--quiet", description = "Show nothing.")
  private boolean quiet;

  /** The variable to keep the result in. */
  Optional<String> as() {
    if (name != null && !isVariable(name)) {
      throw new UsageException(
          "--as %s: \"%s\" is no name for a Java variable; use letters and digits, for example --as steps"
              .formatted(name, name));
    }
    return Optional.ofNullable(name);
  }

  /** How the result is shown and where it is written. */
  Showing showing() {
    if (quiet && json) {
      throw new UsageException("--quiet shows nothing and --json one object; give one of them");
    }
    Showing.Form form =
        quiet ? Showing.Form.NOTHING : json ? Showing.Form.JSON : Showing.Form.TABLE;
    return new Showing(form, Optional.ofNullable(csv));
  }

  static boolean isVariable(String name) {
    return SourceVersion.isIdentifier(name) && !SourceVersion.isKeyword(name);
  }
}
