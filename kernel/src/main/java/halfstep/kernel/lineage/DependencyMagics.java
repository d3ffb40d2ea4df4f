package halfstep.kernel.lineage;

import halfstep.kernel.dependencies.ClassPathRequest;
import halfstep.kernel.dependencies.MavenRequest;
import halfstep.kernel.dependencies.MavenResolver;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.LineAssist;
import halfstep.kernel.spi.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.jspecify.annotations.Nullable;

/** {@code %maven} and {@code %classpath}. */
final class DependencyMagics {

  private static final List<String> OPTIONS =
      List.of("--exclude", "--offline", "--repo", "--sources");

  private final HalfstepKernel kernel;
  private final List<Path> added = new ArrayList<>();

  DependencyMagics(HalfstepKernel kernel) {
    this.kernel = kernel;
  }

  void register(MagicsRegistry registry) {
    registry.registerLineMagic("maven", new Helped(MavenRequest.USAGE, OPTIONS, this::maven));
    registry.registerLineMagic(
        "classpath", new Helped(ClassPathRequest.USAGE, List.of(), this::classPath));
  }

  private @Nullable Object maven(List<String> words) {
    MavenRequest request = MavenRequest.of(words);
    try (Progress progress = kernel.progress("%maven")) {
      return add(MavenResolver.resolve(request, progress));
    }
  }

  private @Nullable Object classPath(List<String> words) {
    return words.isEmpty() ? added : add(ClassPathRequest.of(words));
  }

  /** A library that the kernel itself brings stays in the kernel's version; that is said. */
  private @Nullable Object add(List<Path> jars) {
    List<Path> fresh = new ArrayList<>(jars);
    fresh.removeAll(added);
    fresh.removeIf(jar -> {
      String own = Shipped.versionOf(jar);
      if (own != null && !own.equals(jar.getFileName().toString())) {
        System.out.printf("%s is not added: the kernel brings %s%n", jar.getFileName(), own);
      }
      return own != null;
    });
    kernel.addToClassPath(fresh);
    added.addAll(fresh);
    System.out.printf(
        "%d added to the class path%s%n",
        fresh.size(),
        fresh.isEmpty()
            ? ""
            : ": " + String.join(", ", fresh.stream().map(j -> j.getFileName() + "").toList()));
    return null;
  }

  /**
   * A line magic with help.
   *
   * @param usage its help
   * @param options words that start with a hyphen
   * @param action what it does
   */
  private record Helped(
      String usage, List<String> options, Function<List<String>, @Nullable Object> action)
      implements LineMagic<@Nullable Object, BaseKernel>, LineAssist {

    @Override
    public @Nullable Object eval(BaseKernel ignored, List<String> words) {
      return action.apply(words);
    }

    @Override
    public Completion complete(String arguments, int cursor) {
      int start = arguments.lastIndexOf(' ', cursor - 1) + 1;
      String word = arguments.substring(start, cursor);
      List<String> fitting =
          word.isEmpty()
              ? options
              : options.stream().filter(option -> option.startsWith(word)).toList();
      return new Completion(start, cursor, fitting);
    }

    @Override
    public String help() {
      return usage;
    }
  }
}
