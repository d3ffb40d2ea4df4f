package halfstep.kernel.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import halfstep.kernel.context.CellContext;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PublisherTest {

  private final BlockingQueue<Message> sent = new LinkedBlockingQueue<>();
  private final Publisher publisher = new Publisher(sent::add);

  private static CellContext cell(String id) {
    return new CellContext(Json.object("msg_id", id), List.of(), false);
  }

  private PrintStream stream(String name) {
    return CapturedStream.open(publisher, name, System.out);
  }

  private static String text(Message message) {
    return Json.string(message.content(), "text", "");
  }

  @Test
  void textAppearsByItself() throws InterruptedException {
    cell("a").enter();
    stream("stdout").print("x");
    Message message = sent.poll(2, TimeUnit.SECONDS);
    assertEquals("x", message == null ? null : text(message));
  }

  @Test
  void linesAreCollected() {
    cell("a").enter();
    PrintStream out = stream("stdout");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      out.println(i);
      expected.append(i).append(System.lineSeparator());
    }
    publisher.flush();
    StringBuilder received = new StringBuilder();
    sent.forEach(m -> received.append(text(m)));
    assertEquals(expected.toString(), received.toString());
    assertTrue(sent.size() < 200, sent.size() + " messages");
  }

  @Test
  void displaysAndStreamsKeepTheirOrder() {
    cell("a").enter();
    stream("stdout").print("1");
    stream("stderr").print("2");
    publisher.publish("display_data", new JsonObject());
    stream("stdout").print("3");
    publisher.flush();
    assertEquals(
        List.of("stream", "stream", "display_data", "stream"),
        sent.stream().map(Message::type).toList());
    assertEquals(List.of("1", "2", "", "3"), sent.stream().map(PublisherTest::text).toList());
  }

  @Test
  void aCharacterIsNeverCut() {
    cell("a").enter();
    PrintStream out = stream("stdout");
    for (int i = 0; i < 40_000; i++) {
      out.print("😀");
    }
    publisher.flush();
    sent.forEach(m -> assertTrue(text(m).matches("(?:😀)+"), "a piece is cut"));
    assertEquals(80_000, sent.stream().mapToInt(m -> text(m).length()).sum());
  }

  @Test
  void threadsPrintIntoTheCellThatStartedThem() throws InterruptedException {
    cell("first").enter();
    Thread late = new Thread(() -> stream("stdout").print("late"));
    cell("second").enter();
    stream("stdout").print("now");
    late.start();
    late.join();
    publisher.flush();
    assertEquals(
        List.of("second", "first"),
        sent.stream().map(m -> Json.string(m.parent(), "msg_id", "")).toList());
  }
}
