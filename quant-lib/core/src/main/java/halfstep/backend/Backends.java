package halfstep.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The backends of this JVM. The one that computes is chosen once: the system property {@value
 * #PROPERTY} names it, or else the highest rank that can run.
 */
public final class Backends {

  /** Names the backend to use; {@code scalar} always exists. */
  public static final String PROPERTY = "halfstep.backend";

  private static final List<BackendProvider> PROVIDERS = providers();
  private static final List<Backend> AVAILABLE = available(PROVIDERS);
  private static final Backend CURRENT = choose(System.getProperty(PROPERTY, ""));

  private Backends() {}

  /** The plain loops of every kernel: what is left when nothing else can run. */
  private record Scalar() implements Backend {
    @Override
    public String name() {
      return "scalar";
    }

    @Override
    public String detail() {
      return "plain loops, vectorised by the JIT where it can";
    }

    @Override
    public <K> Optional<K> kernel(Class<K> type) {
      return Optional.empty();
    }
  }

  /** The one that computes. */
  public static Backend current() {
    return CURRENT;
  }

  /** All that can run here, best first; the last is {@code scalar}. */
  public static List<Backend> available() {
    return AVAILABLE;
  }

  /** Why others cannot run here: one sentence each. */
  public static List<String> obstacles() {
    return PROVIDERS.stream()
        .flatMap(provider -> provider.obstacle().stream().map(why -> provider.name() + ": " + why))
        .toList();
  }

  /**
   * The twin of a kernel that computes here.
   *
   * @param type the kernel's interface
   * @param plain its plain loops
   */
  public static <K> K kernel(Class<K> type, Supplier<? extends K> plain) {
    return CURRENT.kernel(type).orElseGet(plain);
  }

  /**
   * As {@link #kernel}, for a kernel that takes the JVM's compiler long: plain loops do what comes
   * first.
   *
   * @param small as for {@link PlainFirst}
   */
  public static <K> PlainFirst<K> plainFirst(
      Class<K> type, Supplier<? extends K> plain, long small) {
    return new PlainFirst<>(plain.get(), kernel(type, plain), small);
  }

  private static List<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparingInt(BackendProvider::rank).reversed())
        .toList();
  }

  private static List<Backend> available(List<BackendProvider> providers) {
    List<Backend> all = new ArrayList<>();
    for (BackendProvider provider : providers) {
      if (provider.obstacle().isEmpty()) {
        all.add(provider.open());
      }
    }
    all.add(new Scalar());
    return List.copyOf(all);
  }

  private static Backend choose(String asked) {
    if (asked.isBlank()) {
      return AVAILABLE.getFirst();
    }
    return AVAILABLE.stream()
        .filter(backend -> backend.name().equals(asked.strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(refusal(asked)));
  }

  private static String refusal(String asked) {
    String names = AVAILABLE.stream().map(Backend::name).collect(Collectors.joining(", "));
    return "%s=%s names no backend that can run here; choose one of %s"
        .formatted(PROPERTY, asked, names);
  }
}
