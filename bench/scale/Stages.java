import com.sun.management.OperatingSystemMXBean;
import halfstep.compose.Quantize;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LargestError;
import halfstep.pack.HqqPacking;
import halfstep.pack.Packed;
import halfstep.quant.Codes;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.Checksums;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * What each stage of a job costs, in nanoseconds of CPU time a weight, on a layer of Llama-3-8B:
 * HQQ at 4 bit in groups of 64, and what is done around it. CPU time tells less of neighbours on
 * the same machine than wall time, but still of those that share its caches.
 *
 * <p>usage: java -cp 'magics/target/dist/lib/*' bench/scale/Stages.java SECONDS, of each stage
 */
class Stages {

  private static final int OUT = 14_336;
  private static final int IN = 4096;
  private static final String NAME = "weight";

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  interface Stage {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    double seconds = Double.parseDouble(arguments[0]);
    Path file = Files.createTempFile("stages", ".safetensors");
    try {
      for (Map.Entry<String, Stage> stage : stages(file).entrySet()) {
        System.out.printf(
            "%-40s %6.2f ns%n", stage.getKey(), nanosPerWeight(stage.getValue(), seconds));
      }
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, Stage> stages(Path path) {
    write(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    Matrix w = Matrix.zeros(OUT, IN);
    file.read(NAME, w, bytes -> {});
    QuantSpec spec = QuantSpec.of(4, 64);
    QuantizedMatrix codes = Quantize.dataFree(w, spec, Hqq.DEFAULT);
    HqqPacking packing = new HqqPacking(spec);
    Packed packed = packing.pack(codes.codes());
    Codes back = packing.unpack(packed, w.shape());
    Matrix read = Matrix.zeros(OUT, IN);
    Map<String, Stage> stages = new LinkedHashMap<>();
    stages.put("HQQ", () -> Quantize.dataFree(w, spec, Hqq.DEFAULT));
    stages.put("read bfloat16, CRC-32C, all finite?", () -> file.read(NAME, read, crc()));
    stages.put("SHA-256 of the file's bytes", Stages::hash);
    stages.put("errors", () -> ErrorMetrics.between(w, codes));
    stages.put("pack", () -> packing.pack(codes.codes()));
    stages.put("CRC-32C of packed bytes", () -> Checksums.crc32c(packed.segment()));
    stages.put("unpack", () -> packing.unpack(packed, w.shape()));
    stages.put("compare codes", () -> codes.codes().countDifferent(back));
    stages.put("compare weights", () -> LargestError.between(codes, codes));
    return stages;
  }

  private static Consumer<MemorySegment> crc() {
    CRC32C crc = new CRC32C();
    return bytes -> crc.update(bytes.asByteBuffer());
  }

  private static void hash() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[1 << 18];
    for (long done = 0; done < 2L * OUT * IN; done += block.length) {
      digest.update(block);
    }
    digest.digest();
  }

  private static void write(Path path) {
    TensorInfo info = new TensorInfo(NAME, DType.BF16, List.of((long) OUT, (long) IN));
    Random random = new Random(1);
    try (Arena arena = Arena.ofConfined();
        SafetensorsWriter writer = SafetensorsWriter.create(path, List.of(info), Map.of())) {
      MemorySegment halves = arena.allocate(info.bytes());
      for (long i = 0; i < info.elements(); i++) {
        short half = Halves.toBfloat16((float) (0.02 * random.nextGaussian()));
        halves.setAtIndex(ValueLayout.JAVA_SHORT, i, half);
      }
      writer.write(NAME, halves);
      writer.finish();
    }
  }

  private static double nanosPerWeight(Stage stage, double seconds) throws Exception {
    repeat(stage, seconds / 2); // compiles it
    long before = PROCESS.getProcessCpuTime();
    int times = repeat(stage, seconds);
    return (double) (PROCESS.getProcessCpuTime() - before) / times / OUT / IN;
  }

  private static int repeat(Stage stage, double seconds) throws Exception {
    int times = 0;
    for (long start = System.nanoTime(); System.nanoTime() - start < seconds * 1e9; times++) {
      stage.run();
    }
    return times;
  }
}
