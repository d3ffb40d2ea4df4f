package halfstep.export;

import halfstep.job.OutputFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a quantized model as other people's software reads it, layer by layer, then reads every
 * layer back and compares it. The folder appears when all that is done.
 *
 * @param input a run of {@code quantize}, or somebody's checkpoint to convert
 * @param out the folder to fill; must not exist, or be empty
 * @param format as what
 * @param settings the rest
 */
public record Export(Path input, Path out, ExportFormat format, Settings settings) {

  /** The largest file unless said otherwise: what the hub recommends. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  /**
   * What few need to change.
   *
   * @param model where a run's original model is now, or null: where its manifest says
   * @param integerZeros whether float zeros are rounded where the format wants codes
   * @param shardBytes largest file
   * @param ggufType blocks of a GGUF file's quantized layers: auto, Q4_0, Q4_1, Q8_0, F16 or F32
   * @param plainType dtype of dequantized weights: F16, BF16 or F32
   */
  public record Settings(
      @Nullable Path model,
      boolean integerZeros,
      long shardBytes,
      String ggufType,
      String plainType) {

    /** The usual ones. */
    public static final Settings DEFAULT = new Settings(null, false, SHARD_BYTES, "auto", "F32");

    /** The same with integer zeros or without. */
    public Settings withIntegerZeros(boolean on) {
      return new Settings(model, on, shardBytes, ggufType, plainType);
    }

    /** The same with another largest file. */
    public Settings withShardBytes(long most) {
      return new Settings(model, integerZeros, most, ggufType, plainType);
    }

    /** The same with another type of a GGUF file's layers. */
    public Settings withGgufType(String type) {
      return new Settings(model, integerZeros, shardBytes, type, plainType);
    }

    /** The same with another type of dequantized weights. */
    public Settings withPlainType(String type) {
      return new Settings(model, integerZeros, shardBytes, ggufType, type);
    }
  }

  /** Hears how far an export is, on the thread that runs it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param fraction done, 0 to 1
     * @param layer the layer just done
     */
    void progress(double fraction, String layer);
  }

  /** With the usual settings. */
  public Export(Path input, Path out, ExportFormat format) {
    this(input, out, format, Settings.DEFAULT);
  }

  /** Does the work and tells nobody how far it is. */
  public ExportReport run() {
    return run((fraction, layer) -> {});
  }

  /**
   * Does the work. An export that fails, is interrupted or killed leaves no folder of that name.
   *
   * @throws ExportException if the format cannot hold the model
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public ExportReport run(Listener listener) {
    return run(listener, folder -> {});
  }

  /**
   * The same.
   *
   * @param beside puts more files into the folder, before it gets its name
   */
  ExportReport run(Listener listener, Consumer<Path> beside) {
    long start = System.nanoTime();
    QuantizedModel found = QuantizedModels.open(input, settings.model());
    QuantizedModel folded = FoldedModel.of(found);
    QuantizedModel model = settings.integerZeros() ? IntegerZeros.of(folded) : folded;
    CheckpointWriter writer = CheckpointWriter.of(format, model, settings);
    writer.requirePossible();
    List<String> remarks = new ArrayList<>(writer.remarks());
    try (OutputFolder folder = OutputFolder.create(out)) {
      Path files = folder.resolve("");
      Steps steps = new Steps(2 * model.layers().size(), listener);
      writer.write(files, steps::done);
      ReadBack back = ReadBack.of(model, writer.reopen(files), writer.lossless(), steps::done);
      if (model instanceof IntegerZeros) {
        remarks.addAll(AddedError.of(folded, model).sentences());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      ExportReport report =
          new ExportReport(
              out, format, found.scheme(), model.layers().size(), back, remarks, seconds);
      ExportManifest.write(files.resolve(RawRun.MANIFEST), this, found, report);
      beside.accept(files);
      folder.finish();
      return report;
    }
  }

  private static final class Steps {
    private final int total;
    private final Listener listener;
    private int done;

    Steps(int total, Listener listener) {
      this.total = total;
      this.listener = listener;
    }

    void done(String layer) {
      done++;
      listener.progress((double) done / total, layer);
    }
  }
}
