package halfstep.kernel.widget;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A choice among a few values.
 *
 * @param <T> their type; {@code toString} labels them
 */
public final class Dropdown<T> extends Valued<T> {

  private final List<T> options;

  /**
   * Makes a choice.
   *
   * @param description its label
   * @param options at least one; the first is chosen
   */
  public Dropdown(String description, List<T> options) {
    super("Dropdown", "Description", description, "index");
    if (options.isEmpty()) {
      throw new IllegalArgumentException(
          "dropdown \"%s\" has no options, expected at least one".formatted(description));
    }
    this.options = List.copyOf(options);
    initially("_options_labels", options.stream().map(String::valueOf).toList());
    initially("index", 0L);
  }

  @Override
  T read(@Nullable Object raw) {
    return raw instanceof Long index && index >= 0 && index < options.size()
        ? options.get(index.intValue())
        : options.getFirst();
  }

  @Override
  Object write(T value) {
    int index = options.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException("%s is none of %s".formatted(value, options));
    }
    return (long) index;
  }

  @Override
  public String toString() {
    return "Dropdown(%s of %s)".formatted(value(), options);
  }
}
