package halfstep.safetensors;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the system keeps of files in memory. A checkpoint that is written once and then left would
 * push everything else out of it, and each of its pages would be a fresh one, which costs more to
 * get than to fill.
 */
final class PageCache {

  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000; // O_RDONLY | O_CLOEXEC
  private static final int NOT_NEEDED = 4; // POSIX_FADV_DONTNEED

  private static final @Nullable PageCache SYSTEMS = find().orElse(null);

  private final MethodHandle open;
  private final MethodHandle advise;
  private final MethodHandle close;

  private PageCache(MethodHandle open, MethodHandle advise, MethodHandle close) {
    this.open = open;
    this.advise = advise;
    this.close = close;
  }

  /** Of Linux on 64 bits, whose constants these are, where native calls are allowed. */
  private static Optional<PageCache> find() {
    boolean known =
        System.getProperty("os.name").equals("Linux")
            && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    if (!known || !PageCache.class.getModule().isNativeAccessEnabled()) {
      return Optional.empty();
    }
    ValueLayout number = ValueLayout.JAVA_INT;
    ValueLayout offset = ValueLayout.JAVA_LONG;
    return Optional.of(
        new PageCache(
            function(
                "open",
                FunctionDescriptor.of(number, ValueLayout.ADDRESS, number),
                Linker.Option.firstVariadicArg(2)),
            function(
                "posix_fadvise", FunctionDescriptor.of(number, number, offset, offset, number)),
            function("close", FunctionDescriptor.of(number, number))));
  }

  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /**
   * Gives back the memory that holds what of a file is on the disk already. A hint: where there is
   * no such call, or it fails, nothing happens.
   *
   * @return whether the system took it
   */
  static boolean forget(Path file) {
    return SYSTEMS != null && SYSTEMS.forgets(file);
  }

  private boolean forgets(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
      int descriptor = (int) open.invokeExact(path, READ_ONLY_CLOSED_ON_EXEC);
      if (descriptor < 0) {
        return false;
      }
      int error = (int) advise.invokeExact(descriptor, 0L, 0L, NOT_NEEDED);
      return (int) close.invokeExact(descriptor) == 0 && error == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the system's functions take other arguments", e);
    }
  }
}
