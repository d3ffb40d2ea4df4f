package halfstep.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A libcuda that runs our kernels on the processor, made by g++ from {@code src/test/cpp} and the
 * kernels' own sources. It is loaded before JCuda's driver library, which then finds the name that
 * it needs taken.
 */
final class StandIn implements ExecutionCondition, BeforeEachCallback, AfterEachCallback {

  private static final Path LIBRARY = Path.of("target", "standin", "libcuda.so.1");
  private static final Path CPP = Path.of("src", "test", "cpp");
  private static final Path KERNELS = Path.of("src", "main", "cuda");

  /** What gives a number back. */
  private static final Set<String> ASKING =
      Set.of(
          "standin_launches", "standin_pinned", "standin_pins", "standin_uploaded", "standin_used");

  private static final Optional<String> OBSTACLE = load();

  private static Optional<String> load() {
    boolean here =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    if (!here) {
      return Optional.of("the stand-in for CUDA's driver runs on Linux on x86-64 alone");
    }
    try {
      if (isStale()) {
        Files.createDirectories(LIBRARY.getParent());
        Optional<String> why = compile();
        if (why.isPresent()) {
          return why;
        }
      }
      System.load(LIBRARY.toAbsolutePath().toString());
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isStale() throws IOException {
    if (!Files.exists(LIBRARY)) {
      return true;
    }
    try (Stream<Path> sources = Stream.concat(Files.list(CPP), Files.list(KERNELS))) {
      for (Path source : sources.toList()) {
        if (Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(LIBRARY)) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Without a C++ compiler the reason; a compiler that finds an error fails the tests. */
  private static Optional<String> compile() throws IOException {
    List<String> command =
        new ArrayList<>(List.of("g++", "-std=c++17", "-O2", "-fPIC", "-shared", "-w"));
    command.addAll(List.of("-ffp-contract=off", "-fno-strict-aliasing"));
    command.addAll(List.of("-Wl,-soname,libcuda.so.1", "-o", LIBRARY.toString()));
    for (String file : List.of("fibers.cpp", "kernels.cpp", "driver.cpp", "launches.cpp")) {
      command.add(CPP.resolve(file).toString());
    }
    Process compiler;
    try {
      compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException none) {
      return Optional.of("there is no g++ to make the stand-in for CUDA's driver with");
    }
    String said =
        new String(
            compiler.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("the stand-in does not compile:\n" + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while compiling the stand-in", e);
    }
    return Optional.empty();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return OBSTACLE
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("the stand-in is loaded"));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    call("standin_reset");
  }

  /** A test's fields may open the device before {@link #beforeEach}: none shall find it lost. */
  @Override
  public void afterEach(ExtensionContext context) {
    call("standin_reset");
  }

  /** How many devices there are. */
  static void devices(int count) {
    call("standin_devices", count);
  }

  /** Which instructions the device has: 80 for Ampere's; Turing's if nothing is said. */
  static void capability(int number) {
    call("standin_capability", number);
  }

  /** How many blocks run at a time; one if nothing is said. */
  static void multiprocessors(int count) {
    call("standin_multiprocessors", count);
  }

  /** How much memory the device has. */
  static void memory(long bytes) {
    call("standin_memory", bytes);
  }

  /**
   * Lets a launch fail, the next one if {@code launch} is 1, with the driver's number of an error.
   */
  static void fail(long launch, int code) {
    call("standin_fail", launch, code);
  }

  /** Kernels launched so far. */
  static long launches() {
    return (long) call("standin_launches");
  }

  /** Bytes of device memory in use. */
  static long used() {
    return (long) call("standin_used");
  }

  /** Bytes copied to the device since the test began. */
  static long uploaded() {
    return (long) call("standin_uploaded");
  }

  /** How often host memory was pinned, in all tests so far. */
  static long pins() {
    return (long) call("standin_pins");
  }

  /** Bytes of pinned host memory in use, other tests' included. */
  static long pinned() {
    return (long) call("standin_pinned");
  }

  /** How much host memory may be pinned at a time; no end if nothing is said. */
  static void pinnable(long bytes) {
    call("standin_pinnable", bytes);
  }

  private static Object call(String name, Object... arguments) {
    List<ValueLayout> layouts = new ArrayList<>();
    for (Object argument : arguments) {
      layouts.add(argument instanceof Long ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT);
    }
    ValueLayout[] types = layouts.toArray(ValueLayout[]::new);
    boolean asks = ASKING.contains(name);
    FunctionDescriptor descriptor =
        asks
            ? FunctionDescriptor.of(ValueLayout.JAVA_LONG, types)
            : FunctionDescriptor.ofVoid(types);
    MethodHandle function =
        Linker.nativeLinker()
            .downcallHandle(SymbolLookup.loaderLookup().find(name).orElseThrow(), descriptor);
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
