package halfstep.plant;

import halfstep.llm.ModelException;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Channels planted with powers of two: the weight of a norm times {@code 2^k}, the columns that
 * read it divided by {@code 2^k}; the rows of an MLP's up layer times {@code 2^k}, the columns of
 * its down layer divided by {@code 2^k}; {@code k} from a normal distribution, rounded. Powers of
 * two are exact, so the logits stay the same bit for bit, but the weights do not: some channels are
 * now salient.
 *
 * <p><b>This is a bias put in by hand.</b> It is the inverse of AWQ's own transform, so AWQ finds
 * and undoes it. It shows how AWQ works and is no evidence that AWQ is better than another method.
 *
 * @param sigma standard deviation of {@code k · ln 2}, above 0; 0.5 rescales half of the channels,
 *     most by 2 or ½ and one in 26 by 4 or ¼
 * @param seed the same seed plants the same channels
 * @param undoing whether the planting is taken back
 */
public record Planting(double sigma, long seed, boolean undoing) {

  /** What a planted model is to be labelled with. */
  public static final String BIAS =
      "Planted: the same function bit for bit, with channels rescaled by powers of two. This is the inverse of AWQ's transform, so it favours AWQ by construction and is no evidence about methods.";

  /** Beyond this, powers of two leave the range of bfloat16's exponents. */
  private static final double LARGEST = 4;

  /** Refuses a spread that plants nothing, or leaves the range of numbers. */
  public Planting {
    if (!(sigma > 0 && sigma <= LARGEST)) {
      throw new IllegalArgumentException(
          "sigma %s: the spread of the planted scales must lie above 0 and at most at %s; 0.5 is a good one"
              .formatted(sigma, LARGEST));
    }
  }

  /** A planting. */
  public static Planting of(double sigma, long seed) {
    return new Planting(sigma, seed, false);
  }

  /** What takes this one back: applied to its result it gives the same values as before. */
  public Planting inverse() {
    return new Planting(sigma, seed, !undoing);
  }

  /**
   * Writes a planted copy of a model. A tensor keeps its type, but float16 becomes float32 where it
   * is rescaled, since its exponents are too few for exact division.
   *
   * @param model a folder in the layout of Hugging Face
   * @param out a folder to be made
   * @return the number of rescaled channels
   * @throws ModelException if the checkpoint holds no block whose names are known
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted; no weights are
   *     left then
   */
  public int write(Path model, Path out) {
    Checkpoint checkpoint = Checkpoint.open(model);
    Map<String, Rescaling> rescalings = rescalings(checkpoint);
    PlantedFolder.write(checkpoint, model, rescalings, label(), out);
    return channels(checkpoint);
  }

  /** Powers of two by tensor. */
  private Map<String, Rescaling> rescalings(Checkpoint checkpoint) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Rescaling> all = new HashMap<>();
    for (PlantSite site : sites(checkpoint)) {
      int[] exponents = exponents(width(checkpoint, site), random);
      int[] negated = Arrays.stream(exponents).map(k -> -k).toArray();
      for (String tensor : site.scaled()) {
        boolean vector = checkpoint.info(tensor).shape().size() == 1;
        all.merge(
            tensor,
            vector ? Rescaling.ofColumns(exponents) : Rescaling.ofRows(exponents),
            Rescaling::and);
      }
      site.divided()
          .forEach(tensor -> all.merge(tensor, Rescaling.ofColumns(negated), Rescaling::and));
    }
    return all;
  }

  private static List<PlantSite> sites(Checkpoint checkpoint) {
    List<PlantSite> sites = PlantSite.in(checkpoint.names());
    if (sites.isEmpty()) {
      throw new ModelException(
          "%s holds no block with a norm and the layers that read it, so nothing can be planted"
              .formatted(checkpoint.path()));
    }
    return sites;
  }

  private static int channels(Checkpoint checkpoint) {
    return sites(checkpoint).stream().mapToInt(site -> width(checkpoint, site)).sum();
  }

  private static int width(Checkpoint checkpoint, PlantSite site) {
    TensorInfo first = checkpoint.info(site.scaled().getFirst());
    return Math.toIntExact(first.shape().getFirst());
  }

  /** k = round(sigma · g / ln 2), g standard normal. */
  private int[] exponents(int channels, SplittableRandom random) {
    int[] exponents = new int[channels];
    for (int i = 0; i < channels; i++) {
      int k = (int) Math.rint(sigma * gaussian(random) / StrictMath.log(2));
      exponents[i] = undoing ? -k : k;
    }
    return exponents;
  }

  /** Box and Muller's, written out: the same on every Java. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /** For the file's metadata. */
  private String label() {
    return "%s sigma %s, seed %d. %s"
        .formatted(undoing ? "Undone:" : "", sigma, seed, BIAS)
        .strip();
  }
}
