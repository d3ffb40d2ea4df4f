package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import halfstep.llm.Model;
import org.junit.jupiter.api.Test;

class SparkArchitectureTest {

  /** Library and models know neither this module nor what it stands on. */
  @Test
  void nothingElseKnowsSpark() {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("halfstep");
    assertTrue(all.contain(Model.class), "other modules");
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("halfstep.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "halfstep.spark", "org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(all);
  }
}
