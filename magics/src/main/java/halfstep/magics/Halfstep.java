package halfstep.magics;

import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.run.Runner;
import halfstep.magics.session.Folders;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.session.Session;
import halfstep.tensor.InterruptedWork;
import java.util.List;

/** The commands without a notebook: the same words from JShell or any Java program, in text. */
public final class Halfstep {

  private static final TextHost HOST = new TextHost(ChartWindow.ifThereIsADisplay());
  private static final Session SESSION = new Session(Folders.ofThisProcess());

  private Halfstep() {}

  /**
   * Runs a command and prints its tables; a refusal is printed as its sentence. Charts are drawn as
   * text, or shown in a window where there is a display.
   *
   * @param line for example {@code hqq start 0.down_proj --bits 4}; a leading % is allowed
   */
  public static synchronized void magic(String line) {
    try {
      System.out.println(report(line));
    } catch (Refusal refusal) {
      System.out.println(refusal.name() + ": " + refusal.getMessage());
    } catch (InterruptedWork stopped) {
      System.out.println(stopped.getMessage());
    }
  }

  /**
   * Runs a command for its answer.
   *
   * @param line as for {@link #magic}
   * @return table, sentences and the value behind them
   * @throws Refusal if the line or what it asks for is wrong
   */
  public static synchronized Report<?> report(String line) {
    String text = line.strip();
    List<String> words;
    try {
      words = Words.of(text.startsWith("%") ? text.substring(1) : text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getClass().getSimpleName(), String.valueOf(e.getMessage()), e);
    }
    if (words.isEmpty()) {
      return Runner.run(HOST, SESSION, "help", List.of());
    }
    String name = words.getFirst().replaceFirst("\\?+$", "");
    String mark = words.getFirst().substring(name.length());
    List<String> rest = words.subList(1, words.size());
    return Runner.run(HOST, SESSION, name, mark.isEmpty() ? rest : List.of(mark));
  }

  /**
   * What {@code --as NAME} kept: {@code List<HqqStep> steps = Halfstep.value("steps")}.
   *
   * @param <T> its type, which the command's answer names
   * @throws NotFoundException if nothing was kept under this name
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static synchronized <T> T value(String name) {
    return (T)
        HOST.variable(name)
            .orElseThrow(() ->
                new NotFoundException(
                    "nothing is kept as %s; use --as %s with a command first"
                        .formatted(name, name)));
  }

  /**
   * Makes a value known to commands, for {@code --weights NAME} and {@code ${NAME}}.
   *
   * @param name a Java identifier
   */
  public static synchronized void put(String name, Object value) {
    HOST.put(name, value);
  }
}
