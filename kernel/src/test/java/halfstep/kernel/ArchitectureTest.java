package halfstep.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses KERNEL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("halfstep.kernel");

  @Test
  void onlyLineageKnowsTheLineage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("halfstep.kernel.lineage")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.dflib..")
        .check(KERNEL);
  }

  @Test
  void theSpiStandsAlone() {
    noClasses()
        .that()
        .resideInAPackage("halfstep.kernel.spi")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("halfstep.kernel.spi", "java..", "org.jspecify..")
        .check(KERNEL);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("halfstep.kernel.(*)..").should().beFreeOfCycles().check(KERNEL);
  }

  @Test
  void theKernelKnowsNothingOfQuantization() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("halfstep.quant..", "halfstep.tensor..", "halfstep.magics..")
        .check(KERNEL);
  }
}
