package halfstep.llm;

import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/** Which tokens go to which expert, and with what share: softmax over all, the best k, sum 1. */
final class Routing {

  private final List<List<Integer>> rows = new ArrayList<>();
  private final List<List<Float>> shares = new ArrayList<>();

  private Routing(int experts) {
    for (int e = 0; e < experts; e++) {
      rows.add(new ArrayList<>());
      shares.add(new ArrayList<>());
    }
  }

  /**
   * @param logits the router's, {@code tokens × experts}; not modified
   * @param perToken how many experts each token takes
   */
  static Routing of(Matrix logits, int perToken) {
    Routing routing = new Routing(Math.toIntExact(logits.cols()));
    for (int token = 0; token < logits.rows(); token++) {
      routing.route(token, softmax(logits.row(token)), perToken);
    }
    return routing;
  }

  private void route(int token, float[] probabilities, int perToken) {
    int[] best = largest(probabilities, perToken);
    float sum = 0;
    for (int expert : best) {
      sum += probabilities[expert];
    }
    for (int expert : best) {
      rows.get(expert).add(token);
      shares.get(expert).add(probabilities[expert] / sum);
    }
  }

  private static float[] softmax(float[] logits) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    float[] result = new float[logits.length];
    for (int e = 0; e < logits.length; e++) {
      result[e] = (float) Math.exp(logits[e] - most);
      sum += result[e];
    }
    for (int e = 0; e < logits.length; e++) {
      result[e] = (float) (result[e] / sum);
    }
    return result;
  }

  /** Indices of the largest values, the largest first; of equals the first. */
  private static int[] largest(float[] values, int count) {
    int[] chosen = new int[count];
    float[] left = values.clone();
    for (int i = 0; i < count; i++) {
      int best = 0;
      for (int e = 1; e < left.length; e++) {
        best = left[e] > left[best] ? e : best;
      }
      chosen[i] = best;
      left[best] = Float.NEGATIVE_INFINITY;
    }
    return chosen;
  }

  /** Tokens that an expert gets, ascending; a new array. */
  int[] rows(int expert) {
    return rows.get(expert).stream().mapToInt(Integer::intValue).toArray();
  }

  /** The expert's share in each of them; a new array. */
  float[] shares(int expert) {
    List<Float> own = shares.get(expert);
    float[] result = new float[own.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = own.get(i);
    }
    return result;
  }
}
