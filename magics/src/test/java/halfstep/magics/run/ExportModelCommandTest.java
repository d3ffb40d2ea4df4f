package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.engines.SupportTable;
import halfstep.export.Inspection;
import halfstep.job.QuantizeJob;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code %export} in a notebook. */
class ExportModelCommandTest {

  @TempDir private Path folder;
  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  private Path quantized() {
    Path run = folder.resolve("run");
    QuantSpec spec = QuantSpec.of(4, 64).with(ZeroPoint.SYMMETRIC);
    QuantizeJob.of(Path.of("../notebooks/models/natural"), run, spec, new Rtn()).run();
    return run;
  }

  @Test
  void theSupportTable() {
    Report<?> report = run("export --matrix");
    assertEquals(SupportTable.read().kernels().size(), report.table().rowCount());
    String text = report.toString();
    for (String statement : List.of("AutoGPTQ supports AWQ", "HQQBackend.BITBLAS", ".hqq", "TGI")) {
      assertTrue(text.contains(statement), statement);
    }
  }

  /** Code to copy, for each consumer, with the versions it was read from. */
  @ParameterizedTest
  @CsvSource({
    "awq, '', transformers 5.23.0 with gptqmodel 7.7.0, AutoModelForCausalLM",
    "awq, --for vllm, vLLM, 'LLM(\"MODEL_FOLDER\")'",
    "gptq, '', gptqmodel 7.7.0, GPTQModel.load",
    "gptq_v2, '', gptqmodel 7.7.0, GPTQModel.load",
    "hqq, '', transformers 4.51.3 and hqq 0.2.8.post1, prepare_for_inference",
    "compressed-tensors, '', compressed-tensors 0.20.0, AutoModelForCausalLM",
    "gguf, '', llama-cpp-python 0.3.36, 'Llama(\"MODEL_FOLDER/model.gguf\"'",
    "plain, '', transformers 5.23.0, AutoModelForCausalLM",
  })
  void thePythonThatLoadsIt(String format, String engine, String version, String code) {
    String text = run("export --python --to %s %s".formatted(format, engine).strip()).toString();
    assertTrue(text.contains(version), text);
    assertTrue(text.contains(code), text);
  }

  @Test
  void writesChecksAndInspects() {
    Path run = quantized();
    Path out = folder.resolve("out");
    Report<?> done =
        run("export %s --to compressed-tensors --for vllm --out %s --as there".formatted(run, out));
    assertTrue(Files.exists(out.resolve("config.json")));
    assertEquals(out.toString(), host.variables.get("there"));
    assertTrue(done.toString().contains("vllm will run it: Marlin"), done::toString);
    assertTrue(host.progress.getLast() == 1.0);
    Report<?> found = run("export %s --inspect".formatted(out));
    Inspection inspection = assertInstanceOf(Inspection.class, found.value());
    assertEquals("compressed-tensors pack-quantized", inspection.scheme());
    assertEquals(4.25, inspection.bitsPerQuantizedWeight(), 1e-9);
    String refusal =
        String.valueOf(
            assertThrows(
                    RuntimeException.class,
                    () -> run("export %s --to gptq --for bitblas --tp 3".formatted(run)))
                .getMessage());
    assertTrue(refusal.contains("3 devices do not divide"), refusal);
  }
}
