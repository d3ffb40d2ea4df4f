import halfstep.kernel.engine.Engine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * What a warm cell costs in the engine, without sockets and front end; processor time of its thread.
 * With cells to run before, an engine that ran them is measured in turns with one that did not.
 *
 * <pre>java --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED -XX:+UseSerialGC --add-modules=jdk.incubator.vector \
 *   -XX:StartFlightRecording=filename=cell.jfr,settings=profile -cp 'magics/target/dist/lib/*' bench/compare/WarmCell.java \
 *   '1+1' 'import java.util.*;' 'import halfstep.llm.*;'
 * jfr print --events jdk.ExecutionSample --stack-depth 100 cell.jfr</pre>
 */
public final class WarmCell {

  private static final int WARM = 400;
  private static final int CELLS = 100;
  private static final int ROUNDS = 4;

  private WarmCell() {}

  public static void main(String[] args) throws Exception {
    String source = args.length == 0 ? "1+1" : args[0];
    List<Engine> engines = new ArrayList<>();
    engines.add(new Engine(System.getProperty("java.class.path")));
    if (args.length > 1) {
      engines.add(new Engine(System.getProperty("java.class.path")));
      for (int before = 1; before < args.length; before++) {
        engines.getLast().evaluate(args[before], 0, 1);
      }
    }
    engines.forEach(engine -> run(engine, source, WARM));
    for (int round = 0; round < ROUNDS; round++) {
      for (Engine engine : engines) {
        String after = engine == engines.getFirst() ? "" : ", after the cells before";
        System.out.printf(
            "%s%s: %.2f ms of processor time a cell%n", source, after, run(engine, source, CELLS));
      }
    }
    System.exit(0);
  }

  /** Milliseconds of this thread a cell. */
  private static double run(Engine engine, String source, int cells) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begun = threads.getCurrentThreadCpuTime();
    try {
      for (int cell = 1; cell <= cells; cell++) {
        engine.evaluate(source, cell, 1);
        engine.forgetCell();
      }
    } catch (Exception e) {
      throw new IllegalStateException("%s failed".formatted(source), e);
    }
    return (threads.getCurrentThreadCpuTime() - begun) / 1e6 / cells;
  }
}
