package halfstep.magics.command;

import java.util.Optional;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that keeps the result in a variable. */
final class AsOption {

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "Declare a Java variable NAME with the result.")
  private @Nullable String name;

  Optional<String> name() {
    if (name != null && !isVariable(name)) {
      throw new UsageException(
          "--as %s: \"%s\" is no name for a Java variable; use letters and digits, for example --as steps"
              .formatted(name, name));
    }
    return Optional.ofNullable(name);
  }

  static boolean isVariable(String name) {
    return SourceVersion.isIdentifier(name) && !SourceVersion.isKeyword(name);
  }
}
