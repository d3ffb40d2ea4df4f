package halfstep.safetensors;

import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The weights of a model: one safetensors file, or shards with an index, in the layout of Hugging
 * Face.
 */
public final class Checkpoint {

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final Map<String, SafetensorsFile> byTensor;

  private Checkpoint(Path path, Map<String, SafetensorsFile> byTensor) {
    this.path = path;
    this.byTensor = byTensor;
  }

  /**
   * Opens a checkpoint; reads headers only.
   *
   * @param path a {@code .safetensors} file, or a folder that holds {@code model.safetensors} or
   *     {@code model.safetensors.index.json}
   * @throws SafetensorsException if a file is missing or wrong
   */
  public static Checkpoint open(Path path) {
    if (!Files.exists(path)) {
      throw new SafetensorsException(path, "there is no such file or folder");
    }
    if (!Files.isDirectory(path)) {
      return new Checkpoint(path, tensorsOf(SafetensorsFile.open(path)));
    }
    if (Files.exists(path.resolve(SINGLE))) {
      return new Checkpoint(path, tensorsOf(SafetensorsFile.open(path.resolve(SINGLE))));
    }
    if (Files.exists(path.resolve(INDEX))) {
      return new Checkpoint(path, ShardIndex.read(path.resolve(INDEX)));
    }
    throw new SafetensorsException(
        path, "the folder holds neither %s nor %s".formatted(SINGLE, INDEX));
  }

  private static Map<String, SafetensorsFile> tensorsOf(SafetensorsFile file) {
    Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
    file.names().forEach(name -> tensors.put(name, file));
    return tensors;
  }

  /** The file or folder it was opened from. */
  public Path path() {
    return path;
  }

  /** The safetensors files it consists of. */
  public List<Path> files() {
    Collection<Path> files = new LinkedHashSet<>();
    byTensor.values().forEach(file -> files.add(file.path()));
    return List.copyOf(files);
  }

  /** All tensor names. */
  public List<String> names() {
    return List.copyOf(byTensor.keySet());
  }

  /** All tensors. */
  public List<TensorInfo> tensors() {
    return names().stream().map(this::info).toList();
  }

  /** Whether there is such a tensor. */
  public boolean contains(String name) {
    return byTensor.containsKey(name);
  }

  /**
   * What a tensor is.
   *
   * @throws SafetensorsException naming the nearest tensor, if there is none of this name
   */
  public TensorInfo info(String name) {
    return file(name).info(name);
  }

  /**
   * Reads a float tensor as float32; see {@link SafetensorsFile#matrix}.
   *
   * @return a new matrix
   */
  public Matrix matrix(String name) {
    return file(name).matrix(name);
  }

  /**
   * Reads a float tensor into memory of the caller's; see {@link SafetensorsFile#read(String,
   * Matrix, Consumer)}.
   */
  public boolean read(String name, Matrix into, Consumer<MemorySegment> seen) {
    return file(name).read(name, into, seen);
  }

  /** Reads some rows of a float tensor; see {@link SafetensorsFile#read}. */
  public void read(String name, long firstRow, Matrix into) {
    file(name).read(name, firstRow, into);
  }

  /**
   * Looks through all float tensors for NaN and infinities; reads every weight once.
   *
   * @return those that have some, in the checkpoint's order
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public List<NonFinite> nonFinite() {
    return tensors().stream()
        .map(info -> FiniteScan.of(file(info.name()), info))
        .filter(found -> found.nans() + found.infinities() > 0)
        .toList();
  }

  /**
   * Refuses weights that are not finite.
   *
   * @throws SafetensorsException naming the file, the first such tensor and its counts
   */
  public void requireFinite() {
    List<NonFinite> found = nonFinite();
    if (!found.isEmpty()) {
      String more = found.size() == 1 ? "" : "; and %d more tensors".formatted(found.size() - 1);
      Path where = file(found.getFirst().tensor()).path();
      throw new SafetensorsException(where, "tensor %s%s".formatted(found.getFirst(), more));
    }
  }

  /**
   * The file that holds a tensor.
   *
   * @throws SafetensorsException if none does
   */
  public Path fileOf(String name) {
    return file(name).path();
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw new SafetensorsException(
          path, "it holds no tensor %s%s".formatted(name, Names.nearest(name, names())));
    }
    return file;
  }

  @Override
  public String toString() {
    return "%s, %d tensors".formatted(path, byTensor.size());
  }
}
