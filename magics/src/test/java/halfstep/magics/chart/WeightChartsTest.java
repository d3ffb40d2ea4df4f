package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.pack.AwqGemmPacking;
import halfstep.pack.BitOwner;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WeightChartsTest {

  @Test
  void theStaircaseTellsEachWeight() {
    Matrix w = Matrix.of(1, 4, 0.7f, 0, 0.3f, 0.52f);
    QuantizedMatrix q = RoundToNearest.quantize(w, QuantSpec.of(3, 4));
    Picture picture = WeightCharts.staircase("w, 3 bit g4, group 0", w, q, 0);
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.titles(picture),
        "w = 0, code 0, ŵ = 0, w − ŵ = 0",
        "w = 0.52, code 5, ŵ = 0.5, w − ŵ = 2.000e-2");
    Views.assertHas(
        Views.words(picture), "4 weights of the group, smallest first", "code", "0", "7");
  }

  @Test
  void aLongGroupIsThinnedOut() {
    Matrix w = Matrix.zeros(1, 4096);
    for (int i = 0; i < 4096; i++) {
      w.put(i, (float) Math.sin(i));
    }
    QuantSpec spec = QuantSpec.of(8, 4096);
    Picture picture = WeightCharts.staircase("w", w, RoundToNearest.quantize(w, spec), 0);
    Views.assertDrawn(picture);
    Views.assertHas(Views.words(picture), "256 of 4096 weights of the group, smallest first");
  }

  @Test
  void residualsAreSharesOfAllWeights() {
    Picture picture = WeightCharts.residuals("Residuals", -1, 1, List.of(1L, 4L, 4L, 0L), 1);
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.titles(picture),
        "-1.00 to -0.50 steps: 1 weights, 10.0 %",
        "0.00 to 0.50 steps: 4 weights, 40.0 %");
    assertTrue(picture.alternative().contains("10.0 % lie beyond both ends"));
  }

  @Test
  void theRibbonSaysWhoseEachBitIs() {
    Shape codes = new Shape(8, 8);
    List<PackingCharts.Word> words =
        Collections.nCopies(
            7,
            new PackingCharts.Word(
                "word 0", new AwqGemmPacking().explain(codes, 0), OptionalLong.empty()));
    Picture picture = PackingCharts.ribbon("awq gemm", words);
    Views.assertDrawn(picture);
    // AutoAWQ's order: the second nibble of a word is the third column's
    Views.assertHas(
        Views.titles(picture),
        "bit 0: row 0, column 0, bit 0 of its code",
        "bit 4: row 2, column 0, bit 0 of its code",
        "bit 31: row 7, column 0, bit 3 of its code");
    Views.assertHas(Views.words(picture), "bit", "31", "word 0", "2,0");
    assertTrue(picture.alternative().contains("6 of 7 words"), picture.alternative());
    assertEquals(6 * 32, Views.titles(picture).size());
  }

  @Test
  void aWordThatIsKnownShowsItsBits() {
    List<BitOwner> owners =
        List.of(
            new BitOwner.Code(0, 1, 0),
            new BitOwner.Code(0, 1, 1),
            new BitOwner.BlockScale(0, 0, 0),
            new BitOwner.BlockMinimum(0, 0, 0),
            new BitOwner.Unused());
    PackingCharts.Word known = new PackingCharts.Word("w", owners, OptionalLong.of(0b00110));
    PackingCharts.Word layout = new PackingCharts.Word("w", owners, OptionalLong.empty());
    assertEquals(
        List.of("0", "1", "1", "0", "0"), digits(PackingCharts.ribbon("w", List.of(known))));
    assertEquals(
        List.of("0", "1", "0", "0", "–"), digits(PackingCharts.ribbon("w", List.of(layout))));
    assertTrue(
        PackingCharts.ribbon("w", List.of(known))
            .alternative()
            .endsWith(
                "2 bits of codes (row, column above them), 2 of scales and minima, 1 unused."));
  }

  /** The words inside the cells: those that follow the numbers of the bits and the labels. */
  private static List<String> digits(Picture picture) {
    List<String> words = Views.words(picture);
    return words.subList(words.indexOf("bit") + 2, words.size()).stream()
        .filter(word -> word.length() == 1)
        .toList();
  }
}
