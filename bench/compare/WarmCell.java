import halfstep.kernel.engine.Engine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What a warm cell costs in the engine, without sockets and front end; processor time of its thread.
 *
 * <pre>java --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED -XX:+UseSerialGC --add-modules=jdk.incubator.vector \
 *   -XX:StartFlightRecording=filename=cell.jfr,settings=profile -cp 'magics/target/dist/lib/*' bench/compare/WarmCell.java '1+1'
 * jfr print --events jdk.ExecutionSample --stack-depth 100 cell.jfr</pre>
 */
public final class WarmCell {

  private static final int WARM = 400;
  private static final int CELLS = 200;
  private static final int ROUNDS = 4;

  private WarmCell() {}

  public static void main(String[] args) throws Exception {
    String source = args.length == 0 ? "1+1" : args[0];
    Engine engine = new Engine(System.getProperty("java.class.path"));
    engine.settle();
    for (int cell = 1; cell <= WARM; cell++) {
      engine.evaluate(source, cell, 1);
      engine.forgetCell();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int round = 0; round < ROUNDS; round++) {
      long begun = threads.getCurrentThreadCpuTime();
      for (int cell = 1; cell <= CELLS; cell++) {
        engine.evaluate(source, WARM + cell, 1);
        engine.forgetCell();
      }
      double millis = (threads.getCurrentThreadCpuTime() - begun) / 1e6 / CELLS;
      System.out.printf("%s: %.2f ms of processor time a cell%n", source, millis);
    }
    System.exit(0);
  }
}
