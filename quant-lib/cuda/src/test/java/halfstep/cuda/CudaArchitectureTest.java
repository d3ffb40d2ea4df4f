package halfstep.cuda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A plain FFM binding could take JCuda's place: one package names it. */
class CudaArchitectureTest {

  private static final JavaClasses CUDA =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("halfstep.cuda");

  @Test
  void onlyOnePackageNamesJCuda() {
    noClasses()
        .that()
        .resideOutsideOfPackage("halfstep.cuda.jcuda")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jcuda..")
        .check(CUDA);
  }

  @Test
  void theDeviceKnowsNoQuantization() {
    noClasses()
        .that()
        .resideInAnyPackage("halfstep.cuda.device", "halfstep.cuda.jcuda")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "halfstep.quant..", "halfstep.hqq..", "halfstep.rtn..", "halfstep.tensor..")
        .check(CUDA);
  }

  @Test
  void noPackageCycles() {
    slices().matching("halfstep.cuda.(*)..").should().beFreeOfCycles().check(CUDA);
  }
}
