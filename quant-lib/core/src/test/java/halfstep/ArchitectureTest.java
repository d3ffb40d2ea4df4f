package halfstep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions of core: tensor ← quant ← the methods ← compose, and nothing from outside. */
class ArchitectureTest {

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("halfstep");

  private static final List<String> METHODS = List.of("rtn", "hqq", "ls", "awq", "gptq");

  /** One page is what a reader keeps in mind. */
  @Test
  void noFileIsLongerThanThreeHundredLines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        int lines = Files.readAllLines(file).size();
        assertTrue(lines <= 300, () -> "%s has %d lines, 300 are allowed".formatted(file, lines));
      }
    }
  }

  @Test
  void dependsOnNothingButTheJdk() {
    check(
        classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "halfstep..", "org.jspecify.annotations", "jdk.incubator.vector"));
  }

  /** Its classes fail to load where the JVM runs without the module. */
  @Test
  void onlyOnePackageTouchesTheVectorApi() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("halfstep.backend.vector")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jdk.incubator.vector", "halfstep.backend.vector"));
  }

  @Test
  void backendKnowsNoMethod() {
    check(
        noClasses()
            .that()
            .resideInAPackage("halfstep.backend")
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("halfstep..")
                    .and(DescribedPredicate.not(inPackage("halfstep.backend")))));
  }

  @Test
  void tensorKnowsNoQuantization() {
    check(
        noClasses()
            .that()
            .resideInAPackage("halfstep.tensor")
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("halfstep..")
                    .and(DescribedPredicate.not(inPackage("halfstep.tensor")))
                    .and(DescribedPredicate.not(inPackage("halfstep.backend")))));
  }

  @Test
  void quantKnowsNoMethod() {
    check(
        noClasses()
            .that()
            .resideInAPackage("halfstep.quant")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "halfstep.rtn",
                "halfstep.hqq",
                "halfstep.awq",
                "halfstep.gptq",
                "halfstep.pack",
                "halfstep.calib",
                "halfstep.metric",
                "halfstep.compose"));
  }

  @Test
  void methodsDoNotImportOneAnother() {
    for (String method : METHODS) {
      String[] others =
          METHODS.stream()
              .filter(other -> !other.equals(method))
              .map(other -> "halfstep." + other)
              .toArray(String[]::new);
      check(
          noClasses()
              .that()
              .resideInAPackage("halfstep." + method)
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others));
    }
  }

  @Test
  void noPackageCycles() {
    check(slices().matching("halfstep.(*)").should().beFreeOfCycles());
  }

  /** JShell's startup imports these packages; a name of ours there would be ambiguous. */
  @Test
  void publicTypesShareNoNameWithWhatJShellImports() {
    Set<String> ours =
        CORE.stream()
            .filter(type -> type.getModifiers().toString().contains("PUBLIC"))
            .map(JavaClass::getSimpleName)
            .collect(Collectors.toSet());
    List<String> imported =
        List.of(
            "java.io",
            "java.math",
            "java.net",
            "java.nio.file",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.util.prefs",
            "java.util.regex",
            "java.util.stream");
    for (String name : ours) {
      for (String from : imported) {
        try {
          Class.forName(from + "." + name);
        } catch (ClassNotFoundException free) {
          continue;
        }
        throw new AssertionError(name + " is also a type of " + from);
      }
    }
  }

  private static DescribedPredicate<JavaClass> inPackage(String name) {
    return JavaClass.Predicates.resideInAPackage(name);
  }

  private static void check(ArchRule rule) {
    rule.check(CORE);
  }
}
