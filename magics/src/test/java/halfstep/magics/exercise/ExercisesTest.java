package halfstep.magics.exercise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.exercise.Exercises.Verdict;
import halfstep.magics.session.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExercisesTest {

  @TempDir private Path folder;
  private Exercises exercises = new Exercises(Path.of(""));

  @BeforeEach
  void inFolder() {
    exercises = new Exercises(folder);
  }

  private boolean right(String name, String answer) {
    return exercises.check(name, answer).equals(new Verdict.Right());
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, 0.02, 0.23, true",
    "0.25, 0.02, 0.27, true",
    "0.25, 0.02, 0.2500001, true",
    "0.25, 0.02, 0.2299, false",
    "0.25, 0.02, 0.2701, false",
    "-3, 0.5, -3.5, true",
    "-3, 0.5, -2.5, true",
    "-3, 0.5, -2.4, false",
    "1e-7, 1e-9, 1.005e-7, true",
    "1e-7, 1e-9, 1.02e-7, false",
    "0, 1, 1e308, false",
  })
  void aNumberMayBeMissedByTheTolerance(
      String answer, double tolerance, String given, boolean right) {
    exercises.keep("error", answer, OptionalDouble.of(tolerance), null);
    assertEquals(right, right("error", given));
  }

  @ParameterizedTest
  @CsvSource({
    "16, 16.0, true",
    "16, 1.6e1, true",
    "16, 15, false",
    "down_proj, Down_Proj, true",
    "3 1 2, '3,  1, 2', true",
    "3 1 2, 3 2 1, false",
  })
  void wordsAreMetButForCaseAndBlanks(String answer, String given, boolean right) {
    exercises.keep("which", answer, OptionalDouble.empty(), null);
    assertEquals(right, right("which", given));
  }

  @Test
  void theFileHoldsNoAnswer() throws IOException {
    exercises.keep("one", "0.123456", OptionalDouble.of(0.001), "look at the scale");
    exercises.keep("two", "o_proj", OptionalDouble.empty(), null);
    String file = Files.readString(folder.resolve(Exercises.FILE));
    assertFalse(file.contains("0.12") || file.contains("o_proj"), file);
    assertTrue(file.contains("look at the scale"));
    Verdict.Wrong wrong = assertInstanceOf(Verdict.Wrong.class, exercises.check("one", "0.2"));
    assertEquals(new Verdict.Wrong(false, Optional.of("look at the scale")), wrong);
    assertEquals(new Verdict.Wrong(false, Optional.empty()), exercises.check("two", "q_proj"));
    assertTrue(((Verdict.Wrong) exercises.check("one", "many")).noNumber());
  }

  @Test
  void equalAnswersLookDifferent() throws IOException {
    exercises.keep("one", "4", OptionalDouble.empty(), null);
    exercises.keep("two", "4", OptionalDouble.empty(), null);
    long hashes =
        Files.readString(folder.resolve(Exercises.FILE))
            .lines()
            .filter(line -> line.contains("hash"))
            .distinct()
            .count();
    assertEquals(2, hashes);
  }

  @Test
  void refusalsNameTheWayOut() throws IOException {
    assertTrue(message(() -> exercises.check("one", "1")).contains("--write"));
    exercises.keep("levels", "16", OptionalDouble.empty(), null);
    assertEquals(
        "there is no exercise \"level\"; nearest: levels (of levels)",
        message(() -> exercises.check("level", "1")));
    assertThrows(
        IllegalArgumentException.class,
        () -> exercises.keep("one", "word", OptionalDouble.of(1), null));
    assertThrows(
        IllegalArgumentException.class,
        () -> exercises.keep("one", "1", OptionalDouble.of(0), null));
    Files.writeString(folder.resolve(Exercises.FILE), "not json");
    assertThrows(IllegalArgumentException.class, () -> exercises.check("levels", "16"));
  }

  private static String message(org.junit.jupiter.api.function.Executable line) {
    return String.valueOf(assertThrows(NotFoundException.class, line).getMessage());
  }
}
