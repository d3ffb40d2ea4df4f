package halfstep.kernel.engine;

import java.util.ArrayList;
import java.util.List;

/** What the compiler of cells must be told so that they may use what this JVM was started with. */
public final class CompilerOptions {

  /** Set to {@code true} beside {@code --enable-preview}. */
  private static final String PREVIEW = "halfstep.preview";

  /** Set to {@code true} where a debugger may attach. */
  private static final String DEBUG = "halfstep.debug";

  private static final String VECTOR = "jdk.incubator.vector";

  private CompilerOptions() {}

  /**
   * The options for this process: the Vector API where the JVM has it, preview features where the
   * kernel's profile switches them on, local variables for a debugger.
   *
   * @return javac's words
   */
  public static List<String> ofThisProcess() {
    List<String> options = new ArrayList<>();
    if (ModuleLayer.boot().findModule(VECTOR).isPresent()) {
      options.addAll(List.of("--add-modules", VECTOR));
    }
    if (Boolean.getBoolean(PREVIEW)) {
      options.addAll(preview());
    }
    if (Boolean.getBoolean(DEBUG)) {
      options.add("-g");
    }
    return List.copyOf(options);
  }

  /** Also what the parser must be told. */
  static List<String> preview() {
    return Boolean.getBoolean(PREVIEW)
        ? List.of("--enable-preview", "--release", Integer.toString(Runtime.version().feature()))
        : List.of();
  }
}
