package halfstep.magics.command;

import java.util.List;
import java.util.Optional;

/** {@code %hqq?}, {@code %hqq start?} and, for where the code is, the same with two marks. */
final class Question {

  private static final String MARK = "?";
  private static final String CODE = "??";

  private Question() {}

  /**
   * The question that a line asks, if it is one.
   *
   * @param name of the command
   * @param commands its own commands
   * @param words what follows its name
   */
  static Optional<Request.Help> of(
      String name, java.util.Set<String> commands, List<String> words) {
    String line = String.join(" ", words);
    String mark = line.endsWith(CODE) ? CODE : line.endsWith(MARK) ? MARK : "";
    String command = line.substring(0, line.length() - mark.length()).strip();
    if (mark.isEmpty() || !(command.isEmpty() || commands.contains(command))) {
      return Optional.empty();
    }
    String wanted = command.isEmpty() ? name : name + " " + command;
    return Optional.of(new Request.Help(Optional.of(wanted), mark.equals(CODE), Optional.empty()));
  }
}
