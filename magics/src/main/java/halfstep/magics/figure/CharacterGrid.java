package halfstep.magics.figure;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Characters in rows, each with eight dots of its own, two across and four down. What was written
 * stands before what was dotted, and that before helping lines.
 */
final class CharacterGrid {

  /** Dots of a character from left to right. */
  static final int DOTS_ACROSS = 2;

  /** Dots of a character from top to bottom. */
  static final int DOTS_DOWN = 4;

  private static final int BRAILLE = 0x2800;

  /** Which bit of a Braille character is the dot in this column and row. */
  private static final int[][] BITS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

  private static final int LEVEL = 1;
  private static final int UPRIGHT = 2;

  private final int columns;
  private final int rows;
  private final int[][] written;
  private final int[][] dots;
  private final int[][] shades;
  private final int[][] helping;

  CharacterGrid(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    written = new int[rows][columns];
    dots = new int[rows][columns];
    shades = new int[rows][columns];
    helping = new int[rows][columns];
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  private boolean contains(int column, int row) {
    return column >= 0 && row >= 0 && column < columns && row < rows;
  }

  /** Sets a dot, counted in dots; one that lies outside is left out. */
  void dot(int x, int y) {
    int column = Math.floorDiv(x, DOTS_ACROSS);
    int row = Math.floorDiv(y, DOTS_DOWN);
    if (contains(column, row)) {
      dots[row][column] |= BITS[x - column * DOTS_ACROSS][y - row * DOTS_DOWN];
    }
  }

  /** Sets a dot that belongs to a surface, whose shade is from 1, faint, to 4. */
  void surface(int x, int y, int shade) {
    dot(x, y);
    int column = Math.floorDiv(x, DOTS_ACROSS);
    int row = Math.floorDiv(y, DOTS_DOWN);
    if (contains(column, row)) {
      shades[row][column] = shade;
    }
  }

  /** Lays a helping line over a character, level or upright. */
  void help(int column, int row, boolean level) {
    if (contains(column, row)) {
      helping[row][column] |= level ? LEVEL : UPRIGHT;
    }
  }

  /** Whether a text fits in without touching another one. */
  boolean hasRoom(int column, int row, int length) {
    return contains(column, row)
        && contains(column + length - 1, row)
        && Arrays.stream(
                written[row], Math.max(0, column - 1), Math.min(columns, column + length + 1))
            .allMatch(c -> c == 0);
  }

  /** Writes one character; one that lies outside is left out. */
  void write(int column, int row, int character) {
    if (contains(column, row)) {
      written[row][column] = character;
    }
  }

  /**
   * The rows, without blanks at their ends and without empty rows above and below.
   *
   * @param signs what dots, surfaces and lines become
   */
  String text(Signs signs) {
    return IntStream.range(0, rows)
        .mapToObj(row -> line(row, signs))
        .collect(Collectors.joining("\n"))
        .replaceAll("\\A\\n+|\\n+\\z", "");
  }

  private String line(int row, Signs signs) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < columns; column++) {
      line.appendCodePoint(character(column, row, signs));
    }
    return line.toString().stripTrailing();
  }

  private int character(int column, int row, Signs signs) {
    if (written[row][column] != 0) {
      return written[row][column];
    }
    int set = dots[row][column];
    if (set != 0) {
      boolean full = set == 0xFF && shades[row][column] > 0;
      return full ? signs.shades.codePointAt(shades[row][column] - 1) : signs.dotted(set);
    }
    return signs.lines.codePointAt(helping[row][column]);
  }

  /** The characters that a terminal can show. */
  enum Signs {
    /** Dots as Braille. */
    UNICODE("░▒▓█", " ┈┊┼") {
      @Override
      int dotted(int set) {
        return BRAILLE + set;
      }
    },
    /** What every terminal has. */
    ASCII("-=%#", " -:+") {
      @Override
      int dotted(int set) {
        boolean above = (set & 0x1B) != 0;
        boolean below = (set & 0xE4) != 0;
        return above && below ? '*' : above ? '\'' : '.';
      }
    };

    private final String shades;

    /** None, level, upright, both. */
    private final String lines;

    Signs(String shades, String lines) {
      this.shades = shades;
      this.lines = lines;
    }

    abstract int dotted(int set);
  }
}
