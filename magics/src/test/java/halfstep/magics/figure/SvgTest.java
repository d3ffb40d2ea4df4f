package halfstep.magics.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgTest {

  private static final Figure FIGURE =
      new Figure(
          720,
          300,
          "a < b & c",
          "what it shows",
          List.of(
              Words.of(new Point(1, 2.345), "‖w − ŵ‖ < 1", Anchor.END),
              new Bar(0, 10, 33.333, 5, Ink.BLUE, 0.5, "0.1 & more"),
              new Symbol(new Point(5, 5), Form.TRIANGLE, 4, Ink.TEXT, "α 0.45"),
              new Dots(List.of(new Point(1, 2), new Point(3, 4)), 2, Ink.TEXT, 1),
              Lines.between(new Point(0, 0), new Point(9, 9), Stroke.series(1))));

  private static Element parsed(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    return document.getDocumentElement();
  }

  private static List<String> texts(Element root, String tag) {
    NodeList found = root.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  @Test
  void wordsAreTextAndMarksTellTheirTitles() throws Exception {
    Element root = parsed(Svg.of(FIGURE));
    assertEquals("img", root.getAttribute("role"));
    assertEquals("0 0 720 300", root.getAttribute("viewBox"));
    assertEquals(List.of("a < b & c", "0.1 & more", "α 0.45"), texts(root, "title"));
    assertEquals(List.of("what it shows"), texts(root, "desc"));
    assertEquals(List.of("‖w − ŵ‖ < 1"), texts(root, "text"));
  }

  @Test
  void coloursAreThePagesOrReadableOnBoth() {
    String svg = Svg.of(FIGURE);
    assertTrue(svg.contains("color:inherit"), svg);
    assertTrue(svg.contains("fill=\"currentColor\""), svg);
    assertFalse(svg.contains("#000") || svg.contains("#fff"), svg);
    assertFalse(svg.contains(" id="), "ids would meet those of other figures");
    assertTrue(Svg.file(FIGURE).contains("color:#888888"), "a file has no page to ask");
  }

  @Test
  void aSeriesIsToldByItsDashToo() {
    assertTrue(Svg.of(FIGURE).contains("stroke-dasharray=\"6 4\""));
    assertEquals(5, IntStream.range(0, 5).mapToObj(Form::series).distinct().count());
  }

  @Test
  void aFileHasNothingToHoverOn() throws Exception {
    assertEquals(List.of("a < b & c"), texts(parsed(Svg.file(FIGURE)), "title"));
  }

  @Test
  void onlyTheLastFrameIsSeen() throws Exception {
    List<Mark> one = List.of(Words.of(new Point(0, 0), "one", Anchor.START));
    List<Mark> two = List.of(Words.of(new Point(0, 0), "two", Anchor.START));
    NodeList groups = parsed(Svg.of(FIGURE, List.of(one, two))).getElementsByTagName("g");
    assertEquals(2, groups.getLength());
    assertEquals("none", ((Element) groups.item(0)).getAttribute("display"));
    assertEquals("", ((Element) groups.item(1)).getAttribute("display"));
    assertEquals("two", groups.item(1).getTextContent().strip());
  }

  @Test
  void numbersAreAsShortAsAPixelAllows() {
    assertEquals("0", Numbers.text(-0.001));
    assertEquals("0.35", Numbers.text(0.349));
    assertEquals("12.3", Numbers.text(12.345));
    assertEquals("712", Numbers.text(711.99));
    assertEquals("M1 2L3.5 4", Numbers.path(List.of(new Point(1, 2), new Point(3.46, 4))));
  }

  @Test
  void scalesLabelRoundValues() {
    assertEquals(List.of(0.0, 0.5, 1.0), Scale.linear(0, 1).ticks(3));
    assertEquals(List.of(0.1, 0.2, 0.5, 1.0, 2.0), new Scale(0.1, 2, true).ticks(6));
    assertEquals(0.5, new Scale(0.01, 100, true).share(1), 1e-12);
    assertEquals(-1, Scale.linear(-2, -2).max(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> new Scale(0, 1, true));
  }
}
