package halfstep.cuda;

import halfstep.forward.DecoderWeights;
import halfstep.forward.ForwardDevice;
import halfstep.forward.LoadedDecoder;
import halfstep.metric.Prediction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Forward passes on the GPU in float32, in the processor's order of sums. */
final class GpuForward implements ForwardDevice {

  private final CudaBackend backend;

  GpuForward(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<LoadedDecoder> load(DecoderWeights weights) {
    return load(Beside.nothing(weights));
  }

  @Override
  public Optional<LoadedDecoder> loadBeside(LoadedDecoder there, DecoderWeights weights) {
    return load(new Beside(weights, Optional.of(own(there))));
  }

  private Optional<LoadedDecoder> load(Beside beside) {
    String what = "the forward pass of a model of " + beside.weights().shape();
    return backend.attempt(
        what,
        () -> {
          long free = backend.device().freeMemory();
          long bytes = beside.bytes();
          if (bytes > free) {
            return CudaBackend.left(
                what,
                "its weights take %,d MiB in float32, and %,d MiB of the GPU's memory are free"
                    .formatted(bytes >> 20, free >> 20));
          }
          ForwardKernels kernels = new ForwardKernels(backend.device());
          return Optional.of(new DecoderOnDevice(kernels, beside));
        });
  }

  @Override
  public Optional<List<List<Prediction>>> predict(
      LoadedDecoder reference, List<LoadedDecoder> models, List<int[]> windows, int[] next) {
    DecoderOnDevice first = own(reference);
    List<DecoderOnDevice> others = models.stream().map(GpuForward::own).toList();
    int longest = windows.stream().mapToInt(window -> window.length).max().orElse(0);
    String what = "the forward pass over windows of up to %,d tokens".formatted(longest);
    if (!Stream.concat(Stream.of(first), others.stream()).allMatch(each -> each.fits(longest))) {
      return CudaBackend.left(
          what, "a block of threads has no room for so many weights of an attention");
    }
    return backend.attempt(
        what,
        () -> Optional.of(new PredictionPass(backend.device(), first, others).run(windows, next)));
  }

  private static DecoderOnDevice own(LoadedDecoder decoder) {
    return (DecoderOnDevice) decoder;
  }
}
