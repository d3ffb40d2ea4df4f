package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.metric.Prediction;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Divergences on the device, against core's. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuKlTest {

  private final GpuDevice device = JCudaProbe.look().open(0);

  @AfterEach
  void everythingWasGivenBack() {
    assertEquals(0, StandIn.used());
  }

  private static void check(KlComparison both, Object where) {
    assertTrue(both.worst() <= 1, () -> both + " at " + where);
    assertEquals(0, both.otherTops(), where::toString);
  }

  /** A model whose logits are a little off the reference's. */
  private static Matrix near(Matrix reference, float sigma) {
    Matrix off = Gpu.gaussian(reference.rows(), reference.cols(), sigma, 7);
    return reference.combine(off, Double::sum);
  }

  /**
   * Vocabularies below, at and above a block's threads, odd and prime; logits from flat to steep.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 2, 1",
    "5, 31, 0.01",
    "4, 255, 3",
    "4, 256, 3",
    "4, 257, 3",
    "7, 2048, 8",
    "2, 5003, 30",
    "3, 1021, 100"
  })
  void isTheProcessorsDivergence(int rows, int vocabulary, float sigma) {
    Matrix reference = Gpu.gaussian(rows, vocabulary, sigma, rows + vocabulary);
    for (Matrix model : List.of(near(reference, 0.01f), near(reference, 3f))) {
      check(KlComparison.of(device, reference, model), reference.shape());
      check(naive(reference, model), "naive, " + reference.shape());
    }
  }

  @Test
  void aModelBesideItselfDoesNotDiverge() {
    Matrix logits = Gpu.gaussian(5, 300, 4f, 1);
    for (Prediction prediction : GpuKl.compare(device, logits, logits, KlComparison.next(logits))) {
      assertEquals(0, prediction.kl());
      assertEquals(0, prediction.deltaP());
      assertEquals(prediction.nll(), prediction.referenceNll());
      assertTrue(prediction.sameTop());
    }
  }

  /** Of equal logits the first counts, wherever threads found them. */
  @Test
  void theFirstOfEqualTokensIsTheTop() {
    Matrix reference = Matrix.zeros(2, 700);
    Matrix model = Matrix.zeros(2, 700);
    reference.set(0, 3, 5f);
    reference.set(0, 259, 5f);
    model.set(0, 3, 5f);
    model.set(0, 258, 5f);
    reference.set(1, 600, 5f);
    reference.set(1, 601, 5f);
    model.set(1, 601, 5f);
    List<Prediction> said = GpuKl.compare(device, reference, model, 0, 0);
    assertTrue(said.get(0).sameTop());
    assertFalse(said.get(1).sameTop());
    check(KlComparison.of(device, reference, model), "equal logits");
  }

  /** As on the processor: what is no number makes none. */
  @Test
  void notANumberStaysOne() {
    Matrix reference = Gpu.gaussian(2, 300, 1f, 1);
    reference.set(1, 17, Float.NaN);
    List<Prediction> said = GpuKl.compare(device, reference, Gpu.gaussian(2, 300, 1f, 2), 0, 0);
    assertFalse(Double.isNaN(said.get(0).kl()));
    assertTrue(Double.isNaN(said.get(1).kl()));
  }

  @Test
  void rowsThatNobodyAskedForAreLeftAlone() {
    Matrix logits = Gpu.gaussian(3, 40, 1f, 1);
    List<Prediction> said = GpuKl.compare(device, logits, logits, 1, -1, 2);
    assertTrue(Double.isNaN(said.get(1).nll()), "device memory is not written");
    assertFalse(Double.isNaN(said.get(2).nll()));
  }

  @Test
  void refusesLogitsOfOtherShapes() {
    assertThrows(
        ShapeException.class,
        () -> GpuKl.compare(device, Matrix.zeros(1, 4), Matrix.zeros(1, 5), 0));
  }

  private KlComparison naive(Matrix reference, Matrix model) {
    int rows = Math.toIntExact(reference.rows());
    try (Held held = new Held()) {
      GpuStream stream = held.add(device.stream());
      DeviceMemory p = Uploads.segment(device, reference.segment(), held);
      DeviceMemory q = Uploads.segment(device, model.segment(), held);
      DeviceMemory next = Uploads.ints(device, KlComparison.next(reference), held);
      DeviceMemory scores = GpuKl.scores(device, rows, held);
      device.launch(
          Launch.ofThreads(device.kernel("kl", "kl_naive"), rows, 64)
              .with(p, q, next, scores, rows, Math.toIntExact(reference.cols())),
          stream);
      return KlComparison.of(GpuKl.read(device, scores, rows), reference, model);
    }
  }
}
