package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Stroke;
import halfstep.pack.BitOwner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Charts of packed words: which bit is whose. */
public final class PackingCharts {

  /** More words than this are for a table. */
  public static final int MOST_WORDS = 6;

  private static final double LEFT = 84;
  private static final double TOP = 52;
  private static final double CELL = 24;
  private static final double LINE = 54;
  private static final double SMALL = 10;

  private PackingCharts() {}

  /**
   * One packed word.
   *
   * @param label what stands beside it, such as {@code word 0}
   * @param owners one per bit, the least significant bit first
   * @param value the word itself, unsigned; empty where only the layout is looked at
   */
  public record Word(String label, List<BitOwner> owners, OptionalLong value) {
    /** Takes a copy of the list. */
    public Word {
      owners = List.copyOf(owners);
    }
  }

  /** What a stretch of bits belongs to, so far as it decides its colour and label. */
  private record Owner(String label) {
    static Owner of(BitOwner bit) {
      return switch (bit) {
        case BitOwner.Code(long row, long col, int _) -> new Owner(row + "," + col);
        case BitOwner.BlockScale(long row, long block, int _) ->
            new Owner("scale " + row + "," + block);
        case BitOwner.BlockMinimum(long row, long block, int _) ->
            new Owner("min " + row + "," + block);
        case BitOwner.Unused _ -> new Owner("unused");
      };
    }
  }

  /**
   * A ribbon per word, the most significant bit on the left: each weight's bits in one colour, its
   * row and column above them, and in each cell which bit of the code it is.
   *
   * @param words at least one; the first {@link #MOST_WORDS} are drawn
   */
  public static Picture ribbon(String title, List<Word> words) {
    List<Word> shown = words.subList(0, Math.min(MOST_WORDS, words.size()));
    int bits = shown.stream().mapToInt(word -> word.owners().size()).max().orElse(1);
    double cell = Math.min(2 * CELL, (Figure.WIDTH - LEFT - 4) / bits);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    for (int bit = 0; bit < bits; bit++) {
      double x = LEFT + (bits - 1 - bit + 0.5) * cell;
      marks.add(Words.of(new Point(x, TOP - 10), String.valueOf(bit), Anchor.MIDDLE).sized(SMALL));
    }
    marks.add(Words.of(new Point(LEFT - 8, TOP - 10), "bit", Anchor.END).sized(SMALL));
    Map<Owner, Ink> inks = new HashMap<>();
    for (int i = 0; i < shown.size(); i++) {
      marks.addAll(word(shown.get(i), LEFT + bits * cell, TOP + i * LINE, cell, inks));
    }
    int height = (int) (TOP + shown.size() * LINE);
    return Painter.paint(
        new Figure(Figure.WIDTH, height, title, description(shown, words.size()), marks));
  }

  private static List<Mark> word(
      Word word, double right, double top, double cell, Map<Owner, Ink> inks) {
    List<Mark> marks = new ArrayList<>();
    double foot = top + 14 + CELL;
    marks.add(Words.of(new Point(LEFT - 8, foot - 8), word.label(), Anchor.END));
    int low = 0;
    for (int bit = 0; bit < word.owners().size(); bit++) {
      BitOwner owner = word.owners().get(bit);
      double left = right - (bit + 1) * cell;
      marks.add(cell(owner, inks, left, top + 14, cell, title(word, bit)));
      marks.add(
          Words.of(new Point(left + cell / 2, foot - 8), inside(word, bit), Anchor.MIDDLE)
              .sized(SMALL));
      boolean last = bit + 1 == word.owners().size();
      if (last || !Owner.of(owner).equals(Owner.of(word.owners().get(bit + 1)))) {
        marks.addAll(field(Owner.of(owner), left, right - low * cell, top));
        low = bit + 1;
      }
    }
    return marks;
  }

  private static Mark cell(
      BitOwner owner, Map<Owner, Ink> inks, double left, double top, double cell, String title) {
    double opacity = owner instanceof BitOwner.Unused ? 0.08 : 0.42;
    Ink ink =
        owner instanceof BitOwner.Code
            ? inks.computeIfAbsent(Owner.of(owner), none -> Ink.series(inks.size()))
            : Ink.TEXT;
    return new Bar(left + 0.5, top, cell - 1, CELL, ink, opacity, title);
  }

  /** The name of a stretch above it, where there is room, and a line at its left end. */
  private static List<Mark> field(Owner owner, double left, double right, double top) {
    List<Mark> marks = new ArrayList<>();
    marks.add(
        Lines.between(new Point(left, top + 2), new Point(left, top + 14 + CELL), Stroke.RULE));
    if (Words.width(owner.label(), SMALL) <= right - left) {
      marks.add(
          Words.of(new Point((left + right) / 2, top + 10), owner.label(), Anchor.MIDDLE)
              .sized(SMALL));
    }
    return marks;
  }

  /** The bit itself if the word is known, else which bit of its code it is. */
  private static String inside(Word word, int bit) {
    if (word.value().isPresent()) {
      return String.valueOf(word.value().getAsLong() >>> bit & 1);
    }
    return switch (word.owners().get(bit)) {
      case BitOwner.Code code -> String.valueOf(code.bit());
      case BitOwner.BlockScale scale -> String.valueOf(scale.bit());
      case BitOwner.BlockMinimum minimum -> String.valueOf(minimum.bit());
      case BitOwner.Unused _ -> "–";
    };
  }

  private static String title(Word word, int bit) {
    String whose =
        switch (word.owners().get(bit)) {
          case BitOwner.Code(long row, long col, int of) ->
              "row %d, column %d, bit %d of its code".formatted(row, col, of);
          case BitOwner.BlockScale(long row, long block, int of) ->
              "scale of row %d, block %d, bit %d".formatted(row, block, of);
          case BitOwner.BlockMinimum(long row, long block, int of) ->
              "minimum of row %d, block %d, bit %d".formatted(row, block, of);
          case BitOwner.Unused _ -> "nobody's";
        };
    return "bit %d: %s".formatted(bit, whose);
  }

  private static String description(List<Word> shown, int all) {
    List<BitOwner> owners = shown.stream().flatMap(word -> word.owners().stream()).toList();
    long codes = owners.stream().filter(BitOwner.Code.class::isInstance).count();
    long unused = owners.stream().filter(BitOwner.Unused.class::isInstance).count();
    return "%d of %d words, most significant bit on the left: %d bits of codes (row, column above them), %d of scales and minima, %d unused."
        .formatted(shown.size(), all, codes, owners.size() - codes - unused, unused);
  }
}
