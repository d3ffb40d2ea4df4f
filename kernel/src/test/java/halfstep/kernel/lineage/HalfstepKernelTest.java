package halfstep.kernel.lineage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.engine.Engine;
import halfstep.kernel.output.Publisher;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HalfstepKernelTest {

  private static final BlockingQueue<Message> SENT = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private static Engine engine;

  @SuppressWarnings("NullAway.Init")
  private static HalfstepKernel kernel;

  @BeforeAll
  static void start() {
    engine = new Engine(System.getProperty("java.class.path"));
    kernel =
        new HalfstepKernel("1", new Publisher(SENT::add), (prompt, password) -> "typed", engine);
    kernel.onStartup();
  }

  @AfterAll
  static void stop() {
    kernel.onShutdown(false);
    engine.close();
  }

  @Test
  void isItsOwnHost() {
    Host host = Hosts.of(kernel);
    host.declare("words", "java.util.List<String>", List.of("a"));
    assertEquals(Optional.of(List.of("a")), host.variable("words"));
    assertEquals(Optional.empty(), host.variable("unheard"));
    host.evaluate("import java.util.zip.*;");
    assertEquals("a", kernel.evalRaw("words.get(0)"));
  }

  @Test
  void refusesWhatIsNoVariable() {
    Refusal type = assertThrows(Refusal.class, () -> kernel.declare("n", "Integer", "text"));
    assertTrue(
        String.valueOf(type.getMessage())
            .startsWith("cannot declare \"Integer n\": ClassCastException: class java.lang.String"),
        type.getMessage());
    Refusal name = assertThrows(Refusal.class, () -> kernel.declare("1n", "int", 1));
    assertTrue(
        String.valueOf(name.getMessage()).startsWith("cannot declare \"int 1n\": CompileError: "));
    Refusal source = assertThrows(Refusal.class, () -> kernel.evaluate("nope();"));
    assertTrue(
        String.valueOf(source.getMessage())
            .startsWith("\"nope();\" failed: CompileError: cannot find symbol"));
  }

  @Test
  void unknownMagicsAreNamed() {
    Refusal near = assertThrows(Refusal.class, () -> kernel.evalRaw("%smaple a"));
    assertEquals("there is no magic %smaple; the nearest is %sample", near.getMessage());
    Refusal far = assertThrows(Refusal.class, () -> kernel.evalRaw("%%zzzzzzzzzz\nbody"));
    assertEquals("there is no magic %%zzzzzzzzzz; there are: %%sample", far.getMessage());
  }

  @Test
  void readsThroughTheLineagesStream() throws Exception {
    assertEquals('t', kernel.getIO().in.read());
  }
}
