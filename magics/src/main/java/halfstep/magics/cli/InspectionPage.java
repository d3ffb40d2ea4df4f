package halfstep.magics.cli;

import halfstep.export.Inspection;
import halfstep.export.Inspection.Layer;
import java.io.PrintWriter;
import java.util.Locale;

/** What a quantized model holds, in lines. */
final class InspectionPage {

  private InspectionPage() {}

  static void print(PrintWriter out, Inspection found) {
    out.printf(Locale.ROOT, "%s: %s%n", found.path(), found.scheme());
    for (Layer layer : found.layers()) {
      out.printf(
          Locale.ROOT,
          "%-52s %8d × %-8d %-16s %6.3f bits%s%n",
          layer.name(),
          layer.out(),
          layer.in(),
          layer.spec(),
          layer.bitsPerWeight(),
          warning(layer.nonFinite()));
    }
    for (Inspection.Tensor tensor : found.tensors()) {
      out.printf(
          Locale.ROOT,
          "%-52s %-19s %s%s%n",
          tensor.name(),
          tensor.shape(),
          tensor.dtype(),
          warning(tensor.nonFinite()));
    }
    out.printf(
        Locale.ROOT,
        "%d quantized layers, %d other tensors; %.3f bits per quantized weight, %.3f over all%n",
        found.layers().size(),
        found.tensors().size(),
        found.bitsPerQuantizedWeight(),
        found.bitsPerWeight());
  }

  private static String warning(long nonFinite) {
    return nonFinite == 0 ? "" : "   %d values are no numbers".formatted(nonFinite);
  }
}
