package halfstep.magics.exercise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.magics.command.Nearest;
import halfstep.magics.session.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The file {@code exercises.json} beside a notebook. */
public final class Exercises {

  /** The file's name. */
  public static final String FILE = "exercises.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path file;

  /**
   * @param folder the notebook's own
   */
  public Exercises(Path folder) {
    this.file = folder.resolve(FILE);
  }

  /** What an answer deserves to hear. */
  public sealed interface Verdict {
    /** It is right. */
    record Right() implements Verdict {}

    /**
     * It is not.
     *
     * @param noNumber whether a number was asked for and none came
     */
    record Wrong(boolean noNumber, Optional<String> hint) implements Verdict {}
  }

  /**
   * Looks at an answer.
   *
   * @throws NotFoundException if there is no such file, or no such exercise in it
   */
  public Verdict check(String name, String answer) {
    SortedMap<String, Exercise> all = read();
    @Nullable Exercise exercise = all.get(name);
    if (exercise == null) {
      throw new NotFoundException(
          all.isEmpty()
              ? "there are no exercises in %s; authors keep an answer with %%check %s ANSWER --write"
                  .formatted(file, name)
              : "there is no exercise \"%s\"; nearest: %s (of %s)"
                  .formatted(
                      name,
                      Nearest.to(name, all.keySet(), 1).getFirst(),
                      String.join(", ", all.keySet())));
    }
    if (exercise.accepts(answer, salt(name))) {
      return new Verdict.Right();
    }
    boolean noNumber = exercise.isNumber() && Exercise.number(answer).isEmpty();
    return new Verdict.Wrong(noNumber, Optional.ofNullable(exercise.hint()));
  }

  /**
   * Keeps an answer as the right one.
   *
   * @param tolerance how far a number may be off, above 0; empty for an exact answer
   * @param hint what a wrong answer is told, or null
   * @return the file written
   * @throws IllegalArgumentException if a tolerance comes with no number, or is not above 0
   */
  public Path keep(String name, String answer, OptionalDouble tolerance, @Nullable String hint) {
    SortedMap<String, Exercise> all = read();
    all.put(name, scrambled(name, answer, tolerance, hint));
    try {
      Files.writeString(file, MAPPER.writeValueAsString(all) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
    return file;
  }

  private static Exercise scrambled(
      String name, String answer, OptionalDouble tolerance, @Nullable String hint) {
    if (tolerance.isEmpty()) {
      return Exercise.exact(answer, salt(name), hint);
    }
    if (!(tolerance.getAsDouble() > 0) || Double.isInfinite(tolerance.getAsDouble())) {
      throw new IllegalArgumentException(
          "--tolerance %s is no distance; a number above 0, or none for an exact answer"
              .formatted(tolerance.getAsDouble()));
    }
    BigDecimal number =
        Exercise.number(answer)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "--tolerance belongs to a number, and \"%s\" is none; leave it out for words"
                        .formatted(answer)));
    BigDecimal distance = BigDecimal.valueOf(tolerance.getAsDouble());
    return Exercise.within(number, distance, salt(name), hint);
  }

  private static String salt(String name) {
    return "halfstep exercise " + name;
  }

  private SortedMap<String, Exercise> read() {
    if (!Files.isRegularFile(file)) {
      return new TreeMap<>();
    }
    try {
      return new TreeMap<>(
          MAPPER.readValue(
              Files.readString(file), new TypeReference<TreeMap<String, Exercise>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is no file of exercises (line %d): write it with %%check NAME ANSWER --write"
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
