package halfstep.spark;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Spark's own master and workers, each a process on this machine's loopback. */
final class StandaloneCluster implements AutoCloseable {

  /** What a driver of such a cluster must be told; executors of one core. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1",
          "spark.executor.memory", "512m",
          "spark.executor.extraJavaOptions", "-XX:ActiveProcessorCount=1");

  private final Path folder;
  private final int port;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  StandaloneCluster(Path folder, int count) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("jars")); // Spark's folder; the classes are ours
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    master =
        start("master.Master", "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0");
    awaitMaster();
    for (int i = 0; i < count; i++) {
      String work = folder.resolve("work" + i).toString();
      workers.add(
          start(
              "worker.Worker",
              "--host",
              "127.0.0.1",
              "--webui-port",
              "0",
              "--cores",
              "1",
              "--memory",
              "1g",
              "--work-dir",
              work,
              url()));
    }
  }

  /** Who comes before the master listens tries again only after twenty seconds. */
  private void awaitMaster() throws IOException {
    while (true) {
      try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
        there.getPort();
        return;
      } catch (ConnectException e) {
        if (!master.isAlive()) {
          throw new IOException("the master ended with status " + master.exitValue(), e);
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  String url() {
    return "spark://127.0.0.1:" + port;
  }

  private Process start(String name, String... arguments) throws IOException {
    String classes = System.getProperty("java.class.path");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    words.addAll(List.of("-Dspark.master.rest.enabled=false", "-cp", classes)); // no fixed port
    words.add("org.apache.spark.deploy." + name);
    words.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(words);
    process
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                folder.toString(),
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_DIST_CLASSPATH",
                classes));
    File said = folder.resolve(name + ".txt").toFile();
    return process.redirectErrorStream(true).redirectOutput(said).start();
  }

  /** Kills a worker and its executors with a signal that nothing can catch. */
  void kill(int worker) {
    Process process = workers.get(worker);
    List<ProcessHandle> executors = process.descendants().toList();
    process.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    for (int i = 0; i < workers.size(); i++) {
      kill(i);
    }
    master.destroyForcibly();
  }
}
