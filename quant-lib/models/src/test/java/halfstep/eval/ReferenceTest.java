package halfstep.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import halfstep.forward.DecoderWeights;
import halfstep.forward.ForwardDevice;
import halfstep.forward.LoadedDecoder;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.metric.Prediction;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.testing.OneKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes to a device when one model is compared with many. */
class ReferenceTest {

  private static final Model MODEL = GoldenModels.open("llama_gqa");
  private static final int[] TOKENS = GoldenModels.ids(GoldenModels.forward("llama_gqa"), "stream");
  private static final Windowing WINDOWING = Windowing.papers(64).atMost(128);

  /** Keeps a diary, holds a number of models, and leaves all passes to the processor. */
  private static final class Diary implements ForwardDevice {

    private final List<String> lines = new ArrayList<>();
    private final int room;
    private int held;

    Diary(int room) {
      this.room = room;
    }

    /** Named by how many tensors of blocks it has for itself. */
    private final class Entry implements LoadedDecoder {
      private final DecoderWeights weights;
      private final String name;

      Entry(DecoderWeights weights, int own) {
        this.weights = weights;
        this.name = "%d tensors".formatted(own);
        lines.add("+ " + name);
        held++;
      }

      @Override
      public DecoderShape shape() {
        return weights.shape();
      }

      @Override
      public void close() {
        lines.add("- " + name);
        held--;
      }
    }

    private Optional<LoadedDecoder> entry(DecoderWeights weights, int own) {
      return held < room ? Optional.of(new Entry(weights, own)) : Optional.empty();
    }

    @Override
    public Optional<LoadedDecoder> load(DecoderWeights weights) {
      return entry(weights, weights.shape().blocks() * weights.shape().parts().size());
    }

    @Override
    public Optional<LoadedDecoder> loadBeside(LoadedDecoder there, DecoderWeights weights) {
      DecoderWeights others = ((Entry) there).weights;
      int own = 0;
      for (int block = 0; block < weights.shape().blocks(); block++) {
        for (Part part : weights.shape().parts()) {
          own += weights.shares(others, block, part) ? 0 : 1;
        }
      }
      return entry(weights, own);
    }

    @Override
    public Optional<List<List<Prediction>>> predict(
        LoadedDecoder reference, List<LoadedDecoder> models, List<int[]> windows, int[] next) {
      lines.add("%d beside %s".formatted(models.size(), ((Entry) reference).name));
      return Optional.empty();
    }
  }

  private static Model changed(int... numbers) {
    Model model = MODEL;
    for (int number : numbers) {
      String layer = MODEL.layers().get(number);
      QuantizedMatrix codes =
          RoundToNearest.quantize(MODEL.weight(layer), QuantSpec.of(3, QuantSpec.WHOLE));
      model = model.withQuantized(Map.of(layer, codes));
    }
    return model;
  }

  private static List<Divergence> compare(Model... others) {
    List<Divergence> found = new ArrayList<>();
    try (Reference reference = new Reference(MODEL)) {
      for (Model other : others) {
        found.add(reference.divergence(other, TOKENS, WINDOWING, done -> {}));
      }
    }
    return found;
  }

  private static List<String> diary(int room, Model... others) {
    List<Divergence> here = compare(others);
    Diary diary = new Diary(room);
    List<Divergence> there = OneKernel.work(ForwardDevice.class, diary).call(() -> compare(others));
    assertEquals(
        here.stream().map(Divergence::meanKl).toList(),
        there.stream().map(Divergence::meanKl).toList());
    assertEquals(0, diary.held);
    return diary.lines;
  }

  @Test
  void theModelGoesThereOnceAndOfTheOthersWhatDiffers() {
    String all = diary(1).getFirst().substring(2);
    assertEquals(
        List.of(
            "+ " + all,
            "+ 1 tensors",
            "1 beside " + all,
            "- 1 tensors",
            "+ 2 tensors",
            "1 beside " + all,
            "- 2 tensors",
            "1 beside " + all, // itself
            "- " + all),
        diary(2, changed(3), changed(0, 8), MODEL));
  }

  /** No room for the others: the processor computes, and the model does not come again. */
  @Test
  void withoutRoomTheProcessorComputes() {
    assertEquals(2, diary(1, changed(3), changed(5)).size());
    assertEquals(List.of(), diary(0, changed(3)));
  }

  @Test
  void aTextThatIsTooShortLeavesNothingThere() {
    Diary diary = new Diary(2);
    int[] one = {TOKENS[0]};
    assertThrows(
        ModelException.class,
        () ->
            OneKernel.work(ForwardDevice.class, diary)
                .call(() -> Divergence.between(MODEL, changed(3), one, WINDOWING)));
    assertEquals(4, diary.lines.size());
    assertEquals(0, diary.held);
  }
}
