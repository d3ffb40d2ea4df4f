package halfstep.kernel.widget;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A control that holds a value.
 *
 * @param <T> its type
 */
public abstract class Valued<T> extends Control {

  private final String key;

  Valued(String name, String style, String description, String key) {
    super(name, style, description);
    this.key = key;
  }

  Valued(String name, String view, String style, String description, String key) {
    super(name, view, style, description);
    this.key = key;
  }

  abstract T read(@Nullable Object raw);

  Object write(T value) {
    return value;
  }

  /** The value, as the reader last left it. */
  public final T value() {
    return read(get(key));
  }

  /**
   * Sets the value here and in the browser.
   *
   * @param value the new one
   */
  public final void value(T value) {
    put(key, write(value));
  }

  /**
   * Calls back with each new value, from the browser or from {@link #value(Object)}. Several values
   * in quick succession arrive one after another; a cell may run meanwhile.
   *
   * @param action what to do with it
   * @return this
   */
  public final Valued<T> observe(Consumer<T> action) {
    observing(key, raw -> action.accept(read(raw)));
    return this;
  }
}
