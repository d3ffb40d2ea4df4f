package halfstep.magics.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFigureTest {

  /** Ten characters wide and four high. */
  private static String drawn(boolean ascii, Mark... marks) {
    return TextFigure.of(new Figure(72, 57, "title", "words", List.of(marks)), ascii);
  }

  @Test
  void barsAreFilledByTheirOpacity() {
    assertEquals("█████", drawn(false, new Bar(0, 14.4, 36, 14.4, Ink.BLUE, 1, "")));
    assertEquals("░░░░░", drawn(false, new Bar(0, 14.4, 36, 14.4, Ink.BLUE, 0.2, "")));
    assertEquals("#####", drawn(true, new Bar(0, 14.4, 36, 14.4, Ink.BLUE, 1, "")));
    assertEquals("⣀⣀", drawn(false, new Bar(0, 10.8, 14.4, 0, Ink.BLUE, 1, "")), "none is lost");
    List<Point> square =
        List.of(new Point(0, 0), new Point(14.4, 0), new Point(14.4, 14.4), new Point(0, 14.4));
    assertEquals("██", drawn(false, new Area(square, Ink.BLUE, 1, "")));
  }

  @Test
  void linesRunThroughTheirDotsAndHelpingLinesStayBehind() {
    Lines level = Lines.between(new Point(0, 1), new Point(28, 1), Stroke.line(Ink.BLUE));
    assertEquals("⠉⠉⠉⠉", drawn(false, level));
    assertEquals("''''", drawn(true, level));
    Lines hair = Lines.between(new Point(0, 1), new Point(50, 1), Stroke.HAIR);
    assertEquals("⠉⠉⠉⠉┈┈┈", drawn(false, hair, level));
    Lines dashed =
        Lines.between(
            new Point(0, 1), new Point(71, 1), Stroke.line(Ink.BLUE).with(Stroke.Dash.LONG));
    assertTrue(drawn(false, dashed).contains("⠉ "), drawn(false, dashed));
  }

  @Test
  void labelsStandBeforeAllElseAndMakeRoomForEachOther() {
    Bar bar = new Bar(0, 14.4, 72, 14.4, Ink.BLUE, 1, "");
    assertEquals("█12██████x", drawn(false, bar, at(7.2, "12"), at(64.8, "x")));
    String two = drawn(false, at(0, "one"), at(7.2, "two"));
    assertTrue(two.contains("one") && two.contains("two"), two);
    assertFalse(two.contains("otwo") || two.contains("onetwo"), two);
    assertEquals(
        "end", drawn(false, Words.of(new Point(0, 22), "end", Anchor.END)), "moved into view");
    assertEquals("▲", drawn(false, new Symbol(new Point(1, 1), Form.TRIANGLE, 4, Ink.BLUE, "")));
  }

  private static Words at(double x, String text) {
    return Words.of(new Point(x, 25), text, Anchor.START);
  }
}
