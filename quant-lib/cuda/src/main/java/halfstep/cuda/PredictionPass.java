package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.metric.Prediction;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What decoders predict beside one of them; their logits stay on the device. */
final class PredictionPass {

  /** Logits of a model at a time, if those of one token are not more: 256 MiB. */
  private static final int LOGITS = 1 << 26;

  private final GpuDevice device;
  private final DecoderOnDevice reference;
  private final List<DecoderOnDevice> models;

  PredictionPass(GpuDevice device, DecoderOnDevice reference, List<DecoderOnDevice> models) {
    this.device = device;
    this.reference = reference;
    this.models = models;
  }

  /**
   * @param next for each token the one that followed, negative where nothing is scored
   * @return for each model its predictions of what is scored
   */
  List<List<Prediction>> run(List<int[]> windows, int[] next) {
    List<List<Prediction>> all = new ArrayList<>();
    models.forEach(_ -> all.add(new ArrayList<>()));
    int[] scored = IntStream.range(0, next.length).filter(row -> next[row] >= 0).toArray();
    int most = Math.max(1, LOGITS / reference.shape().vocabulary());
    try (Held held = new Held()) {
      DeviceMemory expected = reference.states(windows, held);
      List<DeviceMemory> states = new ArrayList<>();
      for (DecoderOnDevice model : models) {
        states.add(model == reference ? expected : model.states(windows, held));
      }
      for (int from = 0; from < scored.length; from += most) {
        int[] rows = Arrays.copyOfRange(scored, from, Math.min(from + most, scored.length));
        score(rows, next, expected, states, all);
      }
    }
    return all;
  }

  private void score(
      int[] rows,
      int[] next,
      DeviceMemory expected,
      List<DeviceMemory> states,
      List<List<Prediction>> all) {
    try (Held held = new Held()) {
      DeviceMemory numbers = Uploads.ints(device, rows, held);
      int[] following = Arrays.stream(rows).map(row -> next[row]).toArray();
      DeviceMemory tokens = Uploads.ints(device, following, held);
      DeviceMemory ideal = reference.logits(expected, numbers, rows.length, next.length, held);
      Shape shape = new Shape(rows.length, reference.shape().vocabulary());
      for (int m = 0; m < models.size(); m++) {
        try (Held own = new Held()) {
          DecoderOnDevice model = models.get(m);
          DeviceMemory said =
              model == reference
                  ? ideal
                  : model.logits(states.get(m), numbers, rows.length, next.length, own);
          DeviceMemory scores = GpuKl.scores(device, rows.length, own);
          GpuStream stream = own.add(device.stream());
          device.launch(GpuKl.launch(device, ideal, said, tokens, scores, shape), stream);
          device.synchronize(stream);
          all.get(m).addAll(GpuKl.read(device, scores, rows.length));
        }
      }
    }
  }
}
