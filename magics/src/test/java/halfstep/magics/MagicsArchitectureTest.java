package halfstep.magics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import halfstep.llm.Model;
import halfstep.rtn.RoundToNearest;
import org.junit.jupiter.api.Test;

class MagicsArchitectureTest {

  private final JavaClasses magics =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("halfstep.magics");

  @Test
  void onlyTheRootKnowsTheLineage() {
    noClasses()
        .that()
        .resideInAnyPackage("halfstep.magics.*..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.dflib..", "halfstep.kernel.lineage..")
        .check(magics);
  }

  @Test
  void tablesAndChartsKnowNoKernel() {
    noClasses()
        .that()
        .resideInAnyPackage("halfstep.magics.table", "halfstep.magics.chart")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("halfstep.kernel..", "halfstep.magics.display..")
        .check(magics);
  }

  @Test
  void figuresKnowNoToolkit() {
    noClasses()
        .that()
        .resideInAPackage("halfstep.magics.figure")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "halfstep.magics.figure", "java.lang..", "java.util..", "org.jspecify..")
        .check(magics);
  }

  @Test
  void commandsComputeNothing() {
    noClasses()
        .that()
        .resideInAPackage("halfstep.magics.command")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "halfstep.hqq", "halfstep.awq", "halfstep.rtn", "halfstep.llm", "halfstep.job")
        .check(magics);
  }

  @Test
  void onlyChartsAndRenderersKnowXChart() {
    noClasses()
        .that()
        .resideOutsideOfPackages("halfstep.magics.chart", "halfstep.magics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.knowm..")
        .check(magics);
  }

  /** Bytes of strangers never become objects by Java's own deserialisation, in any module. */
  @Test
  void nothingIsDeserialised() {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("halfstep");
    assertTrue(all.contain(Model.class) && all.contain(RoundToNearest.class), "other modules");
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.beans..")
        .check(all);
  }
}
