package halfstep.magics.command;

import java.util.List;

/** The examples that help shows, for tests outside this package. */
public final class CommandExamples {

  private CommandExamples() {}

  /** Words of every page of help that has examples. */
  public static List<String> pages() {
    return Commands.allWords().stream().filter(words -> !of(words).isEmpty()).toList();
  }

  /** Words of every page of help. */
  public static List<String> words() {
    return Commands.allWords();
  }

  /** Every option of a page, by all its names. */
  public static List<String> options(String words) {
    return List.copyOf(Commands.spec(words).optionsMap().keySet());
  }

  /** The examples of a page. */
  public static List<String> of(String words) {
    return CommandPage.of(Commands.spec(words)).examples();
  }
}
