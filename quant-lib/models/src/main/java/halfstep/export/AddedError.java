package halfstep.export;

import halfstep.metric.ErrorMetrics;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What rounding the zeros cost, layer by layer.
 *
 * @param sentences one per layer, and one of the mean
 */
record AddedError(List<String> sentences) {

  AddedError {
    sentences = List.copyOf(sentences);
  }

  static AddedError of(QuantizedModel before, QuantizedModel after) {
    List<String> sentences = new ArrayList<>();
    double most = 0;
    double sumBefore = 0;
    double sumAfter = 0;
    String worst = "";
    for (String layer : before.layers()) {
      Parallel.checkInterrupt("comparing " + layer);
      Matrix solved = before.layer(layer).dequantized();
      Matrix original = before.original(layer).orElse(solved);
      double was = ErrorMetrics.between(original, solved).relativeFrobenius();
      double is =
          ErrorMetrics.between(original, after.layer(layer).dequantized()).relativeFrobenius();
      sumBefore += was;
      sumAfter += is;
      if (is - was > most) {
        most = is - was;
        worst = layer;
      }
    }
    int layers = before.layers().size();
    sentences.add(
        String.format(
            Locale.ROOT,
            "integer zeros: mean relative error %.4f instead of %.4f over %d layers",
            sumAfter / layers,
            sumBefore / layers,
            layers));
    if (!worst.isEmpty()) {
      sentences.add(
          String.format(Locale.ROOT, "integer zeros: most was added to %s, %.4f", worst, most));
    }
    return new AddedError(sentences);
  }
}
