package halfstep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The directions of models: {safetensors, text} ← llm ← {eval, job, plant} ← lab; core knows none
 * of them.
 */
class ModelsArchitectureTest {

  private static final String[] OURS = {
    "halfstep.safetensors",
    "halfstep.hub",
    "halfstep.text",
    "halfstep.llm",
    "halfstep.eval",
    "halfstep.job",
    "halfstep.plant",
    "halfstep.lab"
  };

  /** Core's goldens come as a jar of test classes, which look like production classes. */
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("halfstep");

  private static void independent(String[] of, String... from) {
    noClasses()
        .that()
        .resideInAnyPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(of)
        .check(ALL);
  }

  @Test
  void filesAndTextKnowNoModel() {
    independent(
        new String[] {"halfstep.llm", "halfstep.eval", "halfstep.job"},
        "halfstep.safetensors",
        "halfstep.hub",
        "halfstep.text");
  }

  @Test
  void theParquetReaderStaysInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("halfstep.text")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.hardwood..")
        .check(ALL);
  }

  @Test
  void aModelKnowsNoUseOfIt() {
    independent(new String[] {"halfstep.eval", "halfstep.job", "halfstep.plant"}, "halfstep.llm");
  }

  @Test
  void whatIsMeasuredKnowsNoLaboratory() {
    independent(
        new String[] {"halfstep.lab"},
        "halfstep.llm",
        "halfstep.eval",
        "halfstep.job",
        "halfstep.export",
        "halfstep.engines");
  }

  @Test
  void coreKnowsNoModels() {
    independent(
        OURS,
        "halfstep.tensor",
        "halfstep.quant",
        "halfstep.awq",
        "halfstep.hqq",
        "halfstep.calib");
  }

  @Test
  void theTokenizersLibraryStaysInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("halfstep.text")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(ALL);
  }

  /** Core's vector twins implement what the packages above {@code backend} load as a service. */
  @Test
  void noCycles() {
    slices()
        .matching("halfstep.(*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            JavaClass.Predicates.resideInAPackage("halfstep.backend.vector"),
            DescribedPredicate.alwaysTrue())
        .check(ALL);
  }
}
