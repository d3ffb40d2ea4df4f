package halfstep.spark;

import halfstep.job.Calibration;
import halfstep.job.LayerQuantizer;
import halfstep.job.LayerRule;
import halfstep.job.LayerSource;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizeJob;
import halfstep.job.QuantizedLayer;
import halfstep.job.TraceLine;
import halfstep.llm.HiddenStates;
import halfstep.llm.TokenWindows;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a job's driver and executors exchange through the shared folder: the job itself, where the
 * calibration text enters a block, and layers that are done.
 */
final class SharedJob {

  private static final String JOB = "job";

  private final SharedFolder folder;

  SharedJob(SharedFolder folder) {
    this.folder = folder;
  }

  /** Tells the executors what to do. */
  void write(QuantizeJob job) {
    folder.write(
        JOB,
        out -> {
          out.writeUTF(job.input().toAbsolutePath().toString());
          Records.write(out, job.specs().usual());
          Records.write(out, job.specs().rules());
          Records.write(out, job.method());
          Records.write(out, job.trace());
          Calibration calibration = job.calibration();
          write(out, calibration == null ? null : calibration.windows());
        });
  }

  /** What solves these layers as the driver's process would. */
  LayerQuantizer quantizer(List<String> layers) {
    return folder.read(JOB, in -> quantizer(in, layers));
  }

  private static LayerQuantizer quantizer(DataInputStream in, List<String> layers)
      throws IOException {
    LayerSource source = LayerSource.open(Path.of(in.readUTF()));
    QuantSpec usual = Records.read(in, QuantSpec.class);
    LayerSpecs specs = new LayerSpecs(usual, Records.list(in, LayerRule.class));
    QuantMethod method = Records.read(in, QuantMethod.class);
    boolean trace = Records.read(in, Boolean.class);
    TokenWindows windows = windows(in);
    Calibration calibration = windows == null ? null : Calibration.of(windows);
    return new LayerQuantizer(source, layers, specs, method, calibration, trace);
  }

  private static void write(DataOutputStream out, @Nullable TokenWindows windows)
      throws IOException {
    int count = windows == null ? 0 : windows.count();
    out.writeInt(count);
    for (int w = 0; w < count; w++) {
      int[] window = Objects.requireNonNull(windows).window(w);
      out.writeInt(window.length);
      for (int token : window) {
        out.writeInt(token);
      }
    }
  }

  private static @Nullable TokenWindows windows(DataInputStream in) throws IOException {
    List<int[]> windows = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      int[] window = new int[in.readInt()];
      for (int t = 0; t < window.length; t++) {
        window[t] = in.readInt();
      }
      windows.add(window);
    }
    return windows.isEmpty() ? null : TokenWindows.of(windows);
  }

  private static String states(int block) {
    return "states-%d".formatted(block);
  }

  void write(HiddenStates entrance) {
    folder.write(
        states(entrance.block()),
        out -> {
          write(out, entrance.windows());
          Tensors.write(out, entrance.states());
        });
  }

  HiddenStates entrance(int block) {
    return folder.read(
        states(block),
        in -> {
          TokenWindows windows = windows(in);
          Matrix states = Tensors.matrix(in);
          if (windows == null) {
            throw new IOException("no token enters block " + block);
          }
          return new HiddenStates(block, windows, states);
        });
  }

  void deleteEntrance(int block) {
    folder.delete(states(block));
  }

  /** A layer's name may hold what no file's may. */
  private static String file(String layer) {
    return "layer-" + URLEncoder.encode(layer, StandardCharsets.UTF_8);
  }

  boolean has(String layer) {
    return folder.has(file(layer));
  }

  void write(QuantizedLayer layer) {
    folder.write(file(layer.layer()), out -> write(out, layer));
  }

  private static void write(DataOutputStream out, QuantizedLayer layer) throws IOException {
    Records.write(out, layer.layer());
    Records.write(out, layer.error());
    Records.write(out, layer.trace());
    Records.write(out, layer.remarks());
    Tensors.write(out, layer.quantized());
  }

  /** Reads a layer that is done. */
  QuantizedLayer layer(String layer) {
    return folder.read(file(layer), SharedJob::layer);
  }

  private static QuantizedLayer layer(DataInputStream in) throws IOException {
    String name = Records.read(in, String.class);
    LayerError error = Records.read(in, LayerError.class);
    List<TraceLine> trace = Records.list(in, TraceLine.class);
    List<String> remarks = Records.list(in, String.class);
    return new QuantizedLayer(name, Tensors.quantized(in), error, trace, remarks);
  }

  void deleteLayer(String layer) {
    folder.delete(file(layer));
  }

  /** Removes all of it. */
  void delete() {
    folder.delete();
  }
}
