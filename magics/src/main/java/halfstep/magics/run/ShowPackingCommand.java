package halfstep.magics.run;

import halfstep.magics.chart.PackingCharts;
import halfstep.magics.command.ShowRequest;
import halfstep.magics.display.Report;
import halfstep.magics.run.WeightSource.Named;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.table.PackingTables;
import halfstep.pack.BitPacking;
import halfstep.pack.CodePacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.Packed;
import halfstep.pack.PackedWord;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code %show packing}: which bit of a word is whose. */
final class ShowPackingCommand {

  /** A matrix that every format can hold. */
  private static final Shape EXAMPLE = new Shape(64, 128);

  private final Stage stage;

  ShowPackingCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<PackedWord>> run(ShowRequest.Packing request) {
    return request
        .layer()
        .map(layer -> ofLayer(request, new WeightSource(stage).ofLayer(layer)))
        .orElseGet(() -> ofExample(request));
  }

  private Report<List<PackedWord>> ofExample(ShowRequest.Packing request) {
    requireWord(request, EXAMPLE);
    List<PackedWord> words = PackedWord.unit(request.packing(), EXAMPLE, request.word());
    return report(request, "a matrix of " + EXAMPLE, EXAMPLE, words);
  }

  private static void requireWord(ShowRequest.Packing request, Shape shape) {
    long words = request.packing().wordShape(shape).size();
    if (request.word() >= words) {
      throw new NotFoundException(
          "there is no word %d; a matrix of %s is packed into %d words, numbered from 0"
              .formatted(request.word(), shape, words));
    }
  }

  private Report<List<PackedWord>> ofLayer(ShowRequest.Packing request, Named named) {
    Matrix w = named.weights();
    requireWord(request, w.shape());
    Packed packed = packed(request.packing(), w, request.spec());
    List<PackedWord> words = PackedWord.unit(request.packing(), w.shape(), packed, request.word());
    String of = "%s (%s), rounded to nearest".formatted(named.name(), w.shape());
    return report(request, of, w.shape(), words);
  }

  private static Packed packed(BitPacking packing, Matrix w, QuantSpec spec) {
    return switch (packing) {
      case GgufBlocks blocks -> blocks.quantize(w);
      case halfstep.pack.HqqPacking codes -> pack(codes, w, spec);
      case halfstep.pack.IntegerZeroPacking codes -> pack(codes, w, spec.with(ZeroPoint.INTEGER));
    };
  }

  private static Packed pack(CodePacking packing, Matrix w, QuantSpec spec) {
    return packing.pack(RoundToNearest.quantize(w, spec).codes());
  }

  private static PackingCharts.Word drawn(PackedWord word) {
    return new PackingCharts.Word("word " + word.index(), word.owners(), word.value());
  }

  private Report<List<PackedWord>> report(
      ShowRequest.Packing request, String of, Shape shape, List<PackedWord> words) {
    BitPacking packing = request.packing();
    List<String> notes = new ArrayList<>();
    notes.add(
        "The packed tensor is %s words of %d bits; bit 0 is the least significant. A code's bits are counted likewise."
            .formatted(packing.wordShape(shape), packing.wordBits()));
    long unused = words.stream().mapToLong(PackedWord::unused).sum();
    if (unused > 0) {
      notes.add(
          "%d of these %d bits belong to nobody."
              .formatted(unused, (long) words.size() * packing.wordBits()));
    }
    if (words.getFirst().value().isPresent()) {
      notes.add(words.stream().map(PackedWord::toString).collect(Collectors.joining("; ")) + ".");
    }
    String which =
        words.size() == 1
            ? "word " + request.word()
            : "the %d words from %d on that codes fill together"
                .formatted(words.size(), request.word());
    String title = "%s, %s: %s".formatted(packing.label(), of, which);
    stage.show(
        () -> PackingCharts.ribbon(title, words.stream().map(ShowPackingCommand::drawn).toList()));
    Report<List<PackedWord>> report =
        new Report<>(
            title,
            PackingTables.fields(words),
            notes,
            words,
            "java.util.List<halfstep.pack.PackedWord>");
    return stage.keep(report, request.as());
  }
}
